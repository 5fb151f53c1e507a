import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type {
  AttributionMap,
  ExplainRequest,
  JudgeEvent,
  Judgement,
} from "../../../src/explain/api";
import { encodeNpy } from "../../../src/explain/file/npy";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { named } from "../../helper/classifier";
import { temporaryFolder } from "../../helper/files";
import { normal } from "../../helper/random";
import { expectValid } from "../../helper/schema";
import { pooledModel, writeModel } from "../../helper/smallModel";
import { weightsIn } from "../../helper/weights";

const folder = temporaryFolder();
const cache = join(folder, "cache");
const service = createService({ ...nodePlatform({ threads: 1 }), cacheFolder: cache });
afterAll(() => service.dispose());

const model = pooledModel(join(folder, "model.onnx"), 3);
const tensor = join(folder, "image.npy");
const { data, dims } = normal([1, 3, 8, 8], 3, "float32");
writeFileSync(tensor, encodeNpy({ dims, data: data as Float32Array }));

const request: ExplainRequest = {
  ...{ model, tensor, images: [], methods: ["gradCam"], layer: "auto", score: "logit" },
  classes: { indices: [1] },
};

async function explained(more: Partial<ExplainRequest> = {}): Promise<readonly AttributionMap[]> {
  for await (const event of service.explain({ ...request, ...more })) {
    if (event.kind === "explanation") return event.explanation.maps;
    if (event.kind === "failed") throw new Error(event.error.message);
  }
  throw new Error("nothing was explained");
}

async function judged(map: AttributionMap, judgements: readonly string[]): Promise<JudgeEvent[]> {
  const events: JudgeEvent[] = [];
  for await (const event of service.judge({ explain: request, map, judgements }))
    events.push(event);
  return events;
}

/** The hidden layer's weights are too many for memory, and half floats; the rest is in the model's file. */
const largeModel = (path: string, weights: string) =>
  writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const kernel = g.parameter("kernel", normal([4, 3, 3, 3], 1, "float32"));
    const map = named(g, "features", "Relu", [
      g.op("Conv", [image, kernel], { pads: [1, 1, 1, 1] }),
    ]);
    const hidden = g.parameter("hidden", weightsIn(weights, [256, 500], 5));
    const last = g.parameter("last", weightsIn(`${weights}.last`, [500, 5], 6, "float16"));
    const flat = g.op("Relu", [g.op("MatMul", [g.op("Flatten", [map]), hidden])]);
    return [named(g, "logits", "MatMul", [flat, g.op("Cast", [last], { to: "float32" })])];
  });

const judgementsOf = (events: readonly JudgeEvent[]): Judgement[] =>
  events.flatMap((event) => (event.kind === "judgement" ? [event.judgement] : []));

describe("Judging through the service", () => {
  test("a map that is there is put to each test in the order asked for, with progress up to 1", async () => {
    const [map] = await explained();
    const events = await judged(map!, ["insertion", "deletion"]);
    expect(judgementsOf(events).map(({ id }) => id)).toEqual(["insertion", "deletion"]);
    const fractions = events.flatMap((event) =>
      event.kind === "progress" ? [event.fraction] : [],
    );
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  test("an explanation that asks for tests has the same judgements in its maps and its manifest", async () => {
    const [map] = await explained({ judgements: ["deletion"] });
    const [alone] = judgementsOf(await judged(map!, ["deletion"]));
    expect(map!.judgements).toEqual([alone]);
    const out = join(folder, "out");
    const overlay = { colourMap: "viridis", opacity: 0.5 };
    const explain = { ...request, judgements: ["deletion", "insertion"] };
    for await (const _event of service.save({ explain, folder: out, overlay }));
    const manifest: unknown = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    expectValid("manifest", manifest);
    expect(manifest).toMatchObject({
      images: [{ maps: [{ judgements: [{ id: "deletion" }, { id: "insertion" }] }] }],
    });
  });

  test("deletion starts at the class's probability and ends at that of an input of zeros", async () => {
    const [map] = await explained();
    const [{ curve, value }] = judgementsOf(await judged(map!, ["deletion"])) as [Judgement];
    expect(curve!.y[0]).toBeCloseTo(map!.probability, 6);
    expect(curve!.x.at(-1)).toBe(1);
    // No bias: without an image every logit is 0.
    expect(curve!.y.at(-1)).toBeCloseTo(1 / 3, 6);
    const { y } = curve!;
    const sum = y.reduce((a, b) => a + b, 0);
    expect(value).toBeCloseTo((sum - y[0]! / 2 - y.at(-1)! / 2) / (y.length - 1), 12);
  });

  test("a map that is not all numbers is refused with a sentence, and so is one that is the same everywhere", async () => {
    const [map] = await explained();
    const broken = { ...map!, data: map!.data.map(() => NaN), range: { min: NaN, max: NaN } };
    const flat = { ...map!, data: map!.data.map(() => 2), range: { min: 2, max: 2 } };
    const [ofBroken] = judgementsOf(await judged(broken, ["deletion"]));
    const [ofFlat] = judgementsOf(await judged(flat, ["deletion"]));
    expect(ofBroken!.value).toBeUndefined();
    expect(ofBroken!.verdict).toMatch(/not numbers/);
    const unscored = { ...map!, logit: NaN };
    const [ofUnscored] = judgementsOf(await judged(unscored, ["deletion"]));
    expect(ofUnscored!.value).toBeUndefined();
    expect(ofUnscored!.verdict).toMatch(/^The score is not a number/);
    expect(ofFlat!.value).toBeUndefined();
    expect(ofFlat!.verdict).toMatch(/same value everywhere/);
  });

  test("the sanity of a map is tried on weights of memory and of files, which stay as they are", async () => {
    const weights = join(folder, "weights.bin");
    const external = largeModel(join(folder, "external.onnx"), weights);
    const before = readFileSync(weights);
    const explain = { ...request, model: external, methods: ["gradCam", "saliency"] };
    const maps = await explained({
      ...explain,
      classes: { indices: [0, 2] },
      judgements: ["sanity"],
    });
    expect(maps).toHaveLength(4);
    for (const { judgements } of maps) {
      const [{ curve, value }] = judgements as [Judgement];
      // A share after which the map is blank has no point.
      expect([0, 1 / 3, 2 / 3, 1]).toEqual(expect.arrayContaining([...curve!.x]));
      expect([curve!.x[0], curve!.x.at(-1)]).toEqual([0, 1]);
      expect(curve!.y[0]).toBe(1);
      expect(Math.abs(value!)).toBeLessThan(1);
    }
    expect(readFileSync(weights)).toEqual(before);
    expect(readdirSync(join(cache, "shuffled"))).toEqual([]);
    // What was shuffled is not what the model explains with afterwards.
    const again = await explained({ ...explain, classes: { indices: [0, 2] } });
    expect(again.map(({ data }) => data)).toEqual(maps.map(({ data }) => data));
  });

  test("the sanity of a map is the same every time", async () => {
    const [map] = await explained();
    const [one] = judgementsOf(await judged(map!, ["sanity"]));
    expect(judgementsOf(await judged(map!, ["sanity"]))).toEqual([one]);
    expect(one!.verdict).toMatch(/(over|of) 5 shufflings/);
  });

  test("a class is judged the same alone and among others", async () => {
    const [, second] = await explained({ classes: { indices: [0, 1] }, judgements: ["sanity"] });
    const [map] = await explained();
    const [alone] = judgementsOf(await judged(map!, ["sanity"]));
    expect(second!.judgements![0]!.value).toBeCloseTo(alone!.value!, 6);
  });

  test("a cancel during the shuffling leaves nothing behind", async () => {
    const external = largeModel(join(folder, "other.onnx"), join(folder, "other.bin"));
    const explain = { ...request, model: external };
    const [map] = await explained(explain);
    const signal = { aborted: false };
    const run = async () => {
      for await (const event of service.judge(
        { explain, map: map!, judgements: ["sanity"] },
        signal,
      ))
        if (event.kind === "progress" && event.text === "Sanity") signal.aborted = true;
    };
    await expect(run()).rejects.toThrow("Cancelled");
    expect(readdirSync(join(cache, "shuffled"))).toEqual([]);
  });

  test("an unknown test is told with those that there are", async () => {
    const [map] = await explained();
    await expect(judged(map!, ["delete"])).rejects.toThrow(/no test “delete”.*deletion, insertion/);
    await expect(explained({ judgements: ["delete"] })).rejects.toThrow(/no test “delete”/);
  });

  test("a cancel ends it", async () => {
    const [map] = await explained();
    const signal = { aborted: false };
    const run = async () => {
      const judging = { explain: request, map: map!, judgements: ["deletion", "insertion"] };
      for await (const event of service.judge(judging, signal)) {
        if (event.kind === "progress" && event.fraction > 0.2) signal.aborted = true;
      }
    };
    await expect(run()).rejects.toThrow("Cancelled");
  });
});
