import { describe, expect, test } from "vitest";
import type { AttributionMap } from "../../../src/explain/api";
import { cam } from "../../../src/explain/method/cam";
import { gradCam } from "../../../src/explain/method/gradCam";
import { guidedGradCam } from "../../../src/explain/method/guidedGradCam";
import { layerCam } from "../../../src/explain/method/layerCam";
import { method, type Method } from "../../../src/explain/method/method";
import { saliency } from "../../../src/explain/method/saliency";
import { fuse } from "../../../src/explain/service/fuse";
import { asked } from "../../../src/explain/service/program";
import { viewsOf } from "../../../src/explain/service/augment";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const map = (values: number[], dims: number[]) => ({ dims, data: Float32Array.from(values) });

describe("maps of several layers", () => {
  test("are each divided by their largest value, resized between cell centres, and averaged", () => {
    const fused = fuse([map([0, 4], [1, 2]), map([2, 0, 0, 0], [1, 4])], "relu", {
      width: 4,
      height: 1,
    });
    expect(fused.dims).toEqual([1, 4]);
    close(fused.data, [0.5, 0.125, 0.375, 0.5], 1e-7, "map");
  });

  test("lose what is below 0 before they are divided", () => {
    const fused = fuse([map([-8, 1, 2, 0], [1, 4])], "relu", { width: 4, height: 1 });
    expect([...fused.data]).toEqual([0, 0.5, 1, 0]);
  });

  test("keep their signs where the method has no last step, by their largest magnitude", () => {
    const fused = fuse([map([-8, 1, 2, 0], [1, 4])], "none", { width: 4, height: 1 });
    expect([...fused.data]).toEqual([-1, 0.125, 0.25, 0]);
  });

  test("count only where their layers saw the image", () => {
    const left = { ...map([3, 3], [1, 2]), extent: { x0: 0, y0: 0, x1: 0.5, y1: 1 } };
    const fused = fuse([left, map([0, 0, 5, 0], [1, 4])], "relu", { width: 4, height: 1 });
    expect([...fused.data]).toEqual([0.5, 0.5, 1, 0]);
  });

  test("are 0 where no layer saw anything", () => {
    const left = { ...map([3, 3], [1, 2]), extent: { x0: 0, y0: 0, x1: 0.5, y1: 1 } };
    expect([...fuse([left], "relu", { width: 4, height: 1 }).data]).toEqual([1, 1, 0, 0]);
  });

  test("add nothing where they are 0 everywhere, or all below", () => {
    const others = [map([0, 0], [1, 2]), map([-1, -2], [1, 2])];
    const fused = fuse([map([2, 0], [1, 2]), ...others], "relu", { width: 2, height: 1 });
    close(fused.data, [1 / 3, 0], 1e-7, "map");
  });

  test("that are all below 0 stay so, for that to be told", () => {
    const fused = fuse([map([-1, -2], [1, 2]), map([-4, -2], [1, 2])], "relu", {
      width: 2,
      height: 1,
    });
    close(fused.data, [-0.75, -0.75], 1e-7, "map");
  });

  test("are no numbers where one of them is none", () => {
    const fused = fuse([map([1, NaN], [1, 2]), map([1, 2], [1, 2])], "relu", {
      width: 2,
      height: 1,
    });
    expect([...fused.data]).toEqual([NaN, NaN]);
  });
});

const net = classifier(
  (g, x, w) => linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3),
  ["N", 3, 16, 12],
);
const image = normal([1, 3, 16, 12], 1, "float32");
const session = sessionOn(net);
const ask = async (input: Tensor, asking: Parameters<typeof questionOf>[0]) =>
  (await session.answer(input, questionOf(asking))).maps;
const mirrored = ({ dims, data }: Pick<Tensor, "dims" | "data">) => {
  const width = dims.at(-1)!;
  return data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)]!);
};

/** A method of many runs that gives the map of LayerCAM twice: once after half of its work, and half as large. */
const inTwoRuns = method({
  ...(layerCam as Extract<Method, { run?: undefined }>),
  id: "inTwoRuns",
  plan: undefined,
  async *run(work) {
    const stage = {
      id: "map",
      plan: (g, target) => ({ map: layerCam.plan!(g, target, {}) }),
    } satisfies Parameters<typeof work.run>[0];
    const { map: result } = await work.run(stage);
    const { dims, data } = result!;
    const maps = Array.from({ length: work.classes.length }, (_, k) => {
      const size = data.length / work.classes.length;
      const own = data.slice(k * size, (k + 1) * size);
      return { dims: dims.slice(-2), data: Float32Array.from(own) };
    });
    yield { maps: () => maps, done: 1, planned: 2, unit: "runs" };
    yield { maps: () => maps, done: 2, planned: 2, unit: "runs" };
  },
});

describe("a question about several layers", () => {
  const asking = { layer: "b", fusedLayers: ["a", "b"], classes: { indices: [2, 0] } };

  test("has one map of the size of the input for each method and class, the maps of the layers joined", async () => {
    const maps = await ask(image, { ...asking, methods: [asked(gradCam), asked(layerCam)] });
    expect(maps.map(({ method: id, classIndex }) => [id, classIndex])).toEqual([
      ["gradCam", 2],
      ["gradCam", 0],
      ["layerCam", 2],
      ["layerCam", 0],
    ]);
    for (const fused of maps) {
      expect(fused).toMatchObject({ layer: "b", fusedLayers: ["a"], dims: [16, 12] });
      const choice = [fused.method === "gradCam" ? gradCam : layerCam].map((one) => asked(one));
      const classes = { indices: [fused.classIndex] };
      const [last] = await ask(image, { methods: choice, layer: "b", classes });
      const [first] = await ask(image, { methods: choice, layer: "a", classes });
      const wanted = fuse([last!, first!], "relu", { width: 12, height: 16 });
      close(fused.data, wanted.data, 1e-6, fused.method);
    }
  });

  test("reads nothing twice, and has no fused map of a method in input space", async () => {
    const [one] = await ask(image, { layer: "b", fusedLayers: ["b"], methods: [asked(gradCam)] });
    expect(one).toMatchObject({ dims: [4, 3] });
    expect(one).not.toHaveProperty("fusedLayers");
    const [other] = await ask(image, { ...asking, methods: [asked(saliency)] });
    expect(other).toMatchObject({ layer: "", dims: [3, 16, 12] });
    expect(other).not.toHaveProperty("fusedLayers");
  });

  test("has the mean of the relative maps of a method whose map lies in input space", async () => {
    const methods = [asked(guidedGradCam)];
    const [joined] = await ask(image, { ...asking, methods });
    const [last] = await ask(image, { ...asking, methods, fusedLayers: [] });
    const [first] = await ask(image, { ...asking, methods, fusedLayers: [], layer: "a" });
    expect(joined).toMatchObject({ dims: [3, 16, 12], fusedLayers: ["a"] });
    const relative = (one: AttributionMap) => {
      const largest = Math.max(one.range.max, -one.range.min);
      return one.data.map((value) => value / largest);
    };
    const other = relative(first!);
    close(
      joined!.data,
      relative(last!).map((value, i) => (value + other[i]!) / 2),
      1e-6,
      "map",
    );
  });

  test("is refused where the method does not read at one of them", async () => {
    const answer = ask(image, { ...asking, methods: [asked(cam)] });
    await expect(answer).rejects.toThrow(/CAM reads at the last map \(“b”\)/);
  });

  test("goes layer by layer for a method of many runs, and says how far it is", async () => {
    const question = questionOf({ ...asking, methods: [asked(inTwoRuns)] });
    const steps: AttributionMap["progress"][] = [];
    for await (const answer of session.explain(image, question)) {
      const [first] = answer.maps();
      if (first && !answer.whole) steps.push(first.progress);
    }
    expect(steps.map((step) => [step!.done, step!.planned])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    const [whole] = await ask(image, { ...asking, methods: [asked(inTwoRuns)] });
    const [atOnce] = await ask(image, { ...asking, methods: [asked(layerCam)] });
    close(whole!.data, atOnce!.data, 1e-6, "map");
  });
});

describe("a question about mirrored, darker and brighter images", () => {
  test("looks at six inputs, the given one first", () => {
    const input = tensor("float32", [1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
    const views = viewsOf(input, "NCHW");
    expect(views.map(({ isMirrored }) => isMirrored)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(views[0]!.input).toBe(input);
    expect([...views[3]!.input.data]).toEqual([3, 2, 1, 6, 5, 4]);
    close(views[5]!.input.data, [3.3, 2.2, 1.1, 6.6, 5.5, 4.4], 1e-7, "mirrored and brighter");
    close(views[1]!.input.data, [0.9, 1.8, 2.7, 3.6, 4.5, 5.4], 1e-7, "darker");
    close(views[2]!.input.data, [1.1, 2.2, 3.3, 4.4, 5.5, 6.6], 1e-7, "brighter");
    close(views[4]!.input.data, [2.7, 1.8, 0.9, 5.4, 4.5, 3.6], 1e-7, "mirrored and darker");
    expect([
      ...viewsOf(tensor("float32", [1, 2, 3, 4], [1, 1, 2, 2]), "NHWC")[3]!.input.data,
    ]).toEqual([3, 4, 1, 2]);
  });

  const asking = { layer: "a", classes: { top: 2 } };

  test("averages their relative maps for the classes of the image as it is", async () => {
    const plain = await ask(image, { ...asking, methods: [asked(gradCam)] });
    const maps = await ask(image, { ...asking, augmented: true, methods: [asked(gradCam)] });
    expect(maps.map(({ classIndex }) => classIndex)).toEqual(plain.map((one) => one.classIndex));
    for (const average of maps) {
      expect(average).toMatchObject({ augmented: true, dims: [8, 6] });
      const classes = { indices: [average.classIndex] };
      const sum = new Float64Array(48);
      for (const { input, isMirrored } of viewsOf(image, "NCHW")) {
        const [one] = await ask(input, { layer: "a", classes, methods: [asked(gradCam)] });
        const shown = one!.data.map((value) => Math.max(value, 0) / one!.range.max);
        const back = isMirrored ? mirrored({ dims: one!.dims, data: shown }) : shown;
        back.forEach((value, i) => (sum[i]! += value / 6));
      }
      close(average.data, sum, 1e-6, `class ${average.classIndex}`);
    }
  });

  test("gives an image and its mirror image maps that mirror each other", async () => {
    const question = {
      ...{ layer: "a", fusedLayers: ["b"], augmented: true, classes: { indices: [1] } },
      methods: [asked(gradCam)],
    };
    const [one] = await ask(image, question);
    const turned = { ...image, data: mirrored(image) };
    const [other] = await ask(turned, question);
    expect(one).toMatchObject({ dims: [16, 12], augmented: true, fusedLayers: ["b"] });
    close(mirrored(other!), one!.data, 1e-6, "mirrored");
    expect(Math.max(...one!.data)).toBeGreaterThan(0.1);
  });

  test("is answered by a method of many runs too", async () => {
    const question = { ...asking, augmented: true, fusedLayers: ["b"] };
    const many = await ask(image, { ...question, methods: [asked(inTwoRuns)] });
    const once = await ask(image, { ...question, methods: [asked(layerCam)] });
    many.forEach(({ data }, k) => close(data, once[k]!.data, 1e-6, `class ${k}`));
    expect(many[0]!.progress).toEqual({ done: 24, planned: 24, unit: "runs" });
  });

  test("is refused for a method that reads at the input, with what to do", async () => {
    const answer = ask(image, { layer: "", augmented: true, methods: [asked(saliency)] });
    await expect(answer).rejects.toThrow(
      /^test\.onnx: Saliency is no method whose map lies at a layer.*leave that out, or choose Grad-CAM\.$/,
    );
  });

  test("is refused at a layer that saw one side of the image, unless layers are joined", async () => {
    const half = classifier((g, x, w) => {
      const left = g.op("Slice", [x, g.ints([0]), g.ints([8]), g.ints([3])]);
      return linearHead(g, features(g, features(g, left, w, 4, "a"), w, 6, "b"), w, 3);
    });
    const input = normal([1, 3, 16, 16], 1, "float32");
    const question = { layer: "b", augmented: true, methods: [asked(gradCam)] };
    const answer = sessionOn(half).answer(input, questionOf(question));
    await expect(answer).rejects.toThrow(/“b” sees a part of the image that is not its middle/);
    const fused = questionOf({ ...question, fusedLayers: ["a"] });
    const { maps } = await sessionOn(half).answer(input, fused);
    expect(maps[0]!.dims).toEqual([16, 16]);
  });
});
