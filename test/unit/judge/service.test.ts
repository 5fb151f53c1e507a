import { readFileSync, writeFileSync } from "node:fs";
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
import { temporaryFolder } from "../../helper/files";
import { normal } from "../../helper/random";
import { expectValid } from "../../helper/schema";
import { pooledModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const service = createService(nodePlatform({ threads: 1 }));
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
    expect(ofFlat!.value).toBeUndefined();
    expect(ofFlat!.verdict).toMatch(/same value everywhere/);
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
