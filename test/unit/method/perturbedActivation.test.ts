import { expect, test } from "vitest";
import { rewrite } from "../../../src/explain/graph/rewrite";
import { ablationCam } from "../../../src/explain/method/ablationCam";
import { complete } from "../../../src/explain/method/parameter";
import type { Method } from "../../../src/explain/method/method";
import { scoreCam } from "../../../src/explain/method/scoreCam";
import type { Interim } from "../../../src/explain/method/work";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { workFor, type WorkRequest } from "../../helper/work";

const dims = [1, 3, 16, 16];
const image = normal(dims, 1);

const linear = classifier((g, x, w) =>
  linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3),
);
/** What goes past the layer “inner”: a branch around it, another beside it, and what it is made of. */
const residual = classifier((g, x, w) => {
  const outer = features(g, x, w, 5, "outer");
  const inner = named(g, "inner", "Relu", [g.op("Conv", [outer, w([5, 5, 1, 1])])]);
  const sum = g.op("Add", [g.op("Conv", [inner, w([5, 5, 1, 1])]), outer]);
  const beside = g.op("Sigmoid", [g.op("GlobalAveragePool", [outer])]);
  const gated = named(g, "gated", "Relu", [g.op("Mul", [sum, beside])]);
  return linearHead(g, gated, w, 3);
});
const channelLast = classifier(
  (g, x, w) => {
    const first = g.op("Transpose", [x], { perm: [0, 3, 1, 2] });
    const map = named(g, "map", "Transpose", [features(g, first, w, 5, "a")], {
      perm: [0, 2, 3, 1],
    });
    const hidden = g.op("Relu", [g.op("MatMul", [map, w([5, 7])])]);
    return g.op("MatMul", [
      g.op("ReduceMean", [hidden, g.ints([1, 2])], { keepdims: 0 }),
      w([7, 3]),
    ]);
  },
  ["N", 16, 12, 3],
);
/** Channel 1 of the layer “dead” is 0 everywhere, channel 2 is 5.3. */
const withDead = classifier((g, x, w) => {
  const map = features(g, x, w, 4, "a");
  const scale = g.constant(tensor("float64", [1, 0, 0, 1], [4, 1, 1]));
  const shift = g.constant(tensor("float64", [0, 0, 5.3, 0], [4, 1, 1]));
  const dead = named(g, "dead", "Add", [g.op("Mul", [map, scale]), shift]);
  return linearHead(g, g.op("Relu", [dead]), w, 3);
});

async function all(method: Method, model: Classifier, request: WorkRequest, given = {}) {
  const interims: Interim[] = [];
  const values = complete(method, given);
  for await (const interim of method.run!(workFor(model, request), values)) interims.push(interim);
  return interims;
}

/** The maps when all is done, one per class. */
const mapsOf = async (...asked: Parameters<typeof all>) => (await all(...asked)).at(-1)!.maps();

/** A value of the model and its logits for an image, of which one channel of the value has been set to a number. */
function run(
  { graph }: Classifier,
  input: Tensor,
  layer: string,
  set?: { axis: number; channel: number; value: number },
): { activation: Tensor; logits: Tensor } {
  const changed = rewrite(graph, {
    node(g, node) {
      g.append(node);
      if (!set || !node.outputs.includes(layer)) return undefined;
      const size = g.dims(layer)[set.axis] as number;
      const shape = g.dims(layer).map((_, i) => (i === set.axis ? size : 1));
      const mask = Array.from({ length: size }, (_, i) => (i === set.channel ? 1 : 0));
      const where = g.constant(tensor("bool", mask, shape));
      const instead = g.op("Where", [where, g.scalar(set.value, layer), layer]);
      return new Map([[layer, instead]]);
    },
  });
  const results = evaluate({ ...changed, outputs: [layer, ...graph.outputs] }, { image: input });
  return { activation: results[layer]!, logits: results[graph.outputs[0]!]! };
}

/** Equation by equation, one forward pass of the changed model for each channel. */
function ablationByHand(
  model: Classifier,
  input: Tensor,
  layer: string,
  { classIndex, axis = 1, value = 0 }: { classIndex: number; axis?: number; value?: number },
): number[] {
  const { activation, logits } = run(model, input, layer);
  const score = logits.data[classIndex]!;
  const channels = activation.dims[axis]!;
  const places = activation.data.length / channels;
  const map = new Array<number>(places).fill(0);
  for (let channel = 0; channel < channels; channel++) {
    const left = run(model, input, layer, { axis, channel, value }).logits.data[classIndex]!;
    for (let i = 0; i < places; i++) {
      const at = axis === 1 ? channel * places + i : i * channels + channel;
      map[i]! += ((score - left) / score) * activation.data[at]!;
    }
  }
  return map;
}

test("Ablation-CAM behind a linear head is its closed form: w_k = W[c,k]·mean(A_k) / y", async () => {
  const [map] = await mapsOf(ablationCam, linear, { layer: "b", classes: [1], input: image });
  const { activation, logits } = run(linear, image, "b");
  const head = linear.graph.nodes.at(-1)!.inputs[1]!;
  const weights = linear.graph.parameters.get(head)!.data!;
  const expected = Array.from({ length: 16 }, (_, i) =>
    [0, 1, 2, 3, 4, 5].reduce((sum, k) => {
      const own = Array.from(activation.data.subarray(k * 16, (k + 1) * 16));
      const mean = own.reduce((total, value) => total + value, 0) / 16;
      return sum + ((weights[6 + k]! * mean) / logits.data[1]!) * own[i]!;
    }, 0),
  );
  expect(map!.dims).toEqual([4, 4]);
  close(map!.data, expected, 1e-6, "map");
});

test.each([
  ["a layer in a row", linear, dims, "a", 1],
  ["a layer that branches go past", residual, dims, "inner", 1],
  ["a layer that a branch begins at", residual, dims, "outer", 1],
  ["channels last", channelLast, [1, 16, 12, 3], "map", 3],
] as const)(
  "Ablation-CAM at %s equals a forward pass for each channel",
  async (_, model, size, layer, axis) => {
    const input = normal([...size], 1);
    for (const value of [0, -2.5]) {
      const maps = await mapsOf(ablationCam, model, { layer, classes: [2, 0], input }, { value });
      maps.forEach((map, k) => {
        const expected = ablationByHand(model, input, layer, {
          classIndex: [2, 0][k]!,
          axis,
          value,
        });
        close(map.data, expected, 1e-6, `class number ${k}, value ${value}`);
        expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01);
      });
    }
  },
);

test("Ablation-CAM refuses to divide by a score of 0, and names the class", async () => {
  const zero = classifier((g, x, w) =>
    g.op("Relu", [g.op("Neg", [g.op("Abs", [linearHead(g, features(g, x, w, 4, "a"), w, 3)])])]),
  );
  await expect(
    mapsOf(ablationCam, zero, { layer: "a", classes: [2], input: image }),
  ).rejects.toThrow(/the score, which is 0 for class 2 in this image; choose another/);
});

/** Equation by equation, with masks made by hand: bilinear with aligned corners, min–max, softmax. */
function scoreByHand(model: Classifier, layer: string, classIndex: number): number[] {
  const { activation } = run(model, image, layer);
  const [, channels, h, w] = activation.dims as [number, number, number, number];
  const places = h * w;
  const maps = Array.from({ length: channels }, (_, k) => [
    ...activation.data.subarray(k * places, (k + 1) * places),
  ]);
  const scores = maps.map((map) => {
    const at = (y: number, x: number) => map[y * w + x]!;
    const large = Array.from({ length: 256 }, (_, i) => {
      const y = (Math.floor(i / 16) * (h - 1)) / 15;
      const x = ((i % 16) * (w - 1)) / 15;
      const [y0, x0] = [Math.min(Math.floor(y), h - 2), Math.min(Math.floor(x), w - 2)];
      const row = (r: number) => at(r, x0) * (1 - x + x0) + at(r, x0 + 1) * (x - x0);
      return row(y0) * (1 - y + y0) + row(y0 + 1) * (y - y0);
    });
    const [low, high] = [Math.min(...large), Math.max(...large)];
    const mask = large.map((value) =>
      high - low < 1e-12 ? 0 : (value - low) / (high - low + 1e-8),
    );
    const masked = tensor(
      "float64",
      image.data.map((value, i) => value * mask[i % 256]!),
      dims,
    );
    return run(model, masked, layer).logits.data[classIndex]!;
  });
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return Array.from({ length: places }, (_, i) =>
    maps.reduce((sum, map, k) => sum + (powers[k]! / total) * map[i]!, 0),
  );
}

test.each([
  ["of 8×8", linear, "a"],
  ["of 4×4", linear, "b"],
  ["with a dead and a constant channel", withDead, "dead"],
] as const)(
  "Score-CAM at a layer %s equals its formula, for two classes in one run",
  async (_, model, layer) => {
    const maps = await mapsOf(scoreCam, model, { layer, classes: [1, 2], input: image });
    maps.forEach((map, k) => {
      close(map.data, scoreByHand(model, layer, k + 1), 1e-6, `class ${k + 1}`);
    });
  },
);

test("Score-CAM of a channel-last model equals that of the same model with channels first", async () => {
  const input = normal([1, 16, 12, 3], 1);
  const [map] = await mapsOf(scoreCam, channelLast, { layer: "map", classes: [0], input });
  const [same] = await mapsOf(scoreCam, channelLast, { layer: "a", classes: [0], input });
  expect(map!.dims).toEqual([8, 6]);
  close(map!.data, same!.data, 1e-6, "map");
});

test.each([
  ["Score-CAM", scoreCam, [4, 6]],
  // The first run of each size, four and two, spares an image for the whole score.
  ["Ablation-CAM", ablationCam, [3, 4, 6]],
] as const)(
  "%s tells how many channels are done, and its map does not depend on the batches",
  async (_, method, steps) => {
    const request = { layer: "b", classes: [0], input: image };
    const inFours = await all(method, linear, { ...request, batch: 4 });
    expect(inFours.map(({ done, planned, unit }) => [done, planned, unit])).toEqual(
      steps.map((done) => [done, 6, "channels"]),
    );
    const [one] = await mapsOf(method, linear, { ...request, batch: 1 });
    close(inFours.at(-1)!.maps()[0]!.data, one!.data, 1e-6, "whole map");
    const early = inFours[0]!.maps()[0]!.data;
    expect(early.every(Number.isFinite) && early.some((value) => value !== 0)).toBe(true);
  },
);

test("Ablation-CAM says that the logits of a single output's two classes have one map, and both have it", async () => {
  const single = classifier((g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, 1));
  const profile = { labels: ["cat", "dog"], activation: "sigmoid" } as const;
  const mapOf = async (index: number, score: "logit" | "probability") =>
    (
      await mapsOf(ablationCam, single, { layer: "a", classes: [index], profile, aim: { score } })
    )[0]!.data;
  expect(ablationCam.remark!(single, "a", {})).toMatch(/^Both classes of a single output/);
  expect(ablationCam.remark!(linear, "a", {})).toBeUndefined();
  close(await mapOf(0, "logit"), await mapOf(1, "logit"), 1e-9, "logit");
  const cat = await mapOf(0, "probability");
  const dog = await mapOf(1, "probability");
  expect(cat.every((value, i) => value * dog[i]! <= 0)).toBe(true);
  expect(cat.some((value) => value !== 0)).toBe(true);
});

test("Ablation-CAM of a class whose score is 0 is refused alone, and zero beside others", async () => {
  const aim = { score: "logit", versus: { class: 1 } } as const;
  const alone = mapsOf(ablationCam, linear, { layer: "b", classes: [1], aim });
  await expect(alone).rejects.toThrow(/divides by the score, which is 0 for class 1/);
  const [first, itself] = await mapsOf(ablationCam, linear, { layer: "b", classes: [0, 1], aim });
  expect(itself!.data.every((value) => value === 0)).toBe(true);
  expect(first!.data.some((value) => value !== 0)).toBe(true);
});
