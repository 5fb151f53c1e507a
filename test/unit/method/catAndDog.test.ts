import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AttributionMap, ExplainRequest } from "../../../src/explain/api";
import { nodePlatform } from "../../../src/explain/node";
import { asGrid } from "../../../src/explain/service/grid";
import { createService } from "../../../src/explain/service/service";
import { hasReal, realFolder, temporaryFolder } from "../../helper/files";

/** ImageNet's breeds of dogs, and its domestic cats from tabby to Egyptian cat: each explained as a set. */
const dogs = Array.from({ length: 118 }, (_, i) => 151 + i);
const cats = [281, 282, 283, 284, 285];
const folder = temporaryFolder();
const service = createService(nodePlatform({ threads: 2 }));
afterAll(() => service.dispose());

/** How its authors prepare images: BGR, 0–255, minus the means. */
const conventions = {
  ...{ resize: "squash", size: { width: 224, height: 224 }, colour: "bgr", range: 255 },
  ...{ mean: [104, 117, 123], std: [1, 1, 1], activation: "softmax" },
};

const [tigerCat, bullMastiff] = [282, 243];
type Asked = Pick<ExplainRequest, "classes"> & Partial<Pick<ExplainRequest, "score" | "versus">>;

async function mapOf(method: string, asked: Asked): Promise<AttributionMap> {
  const profile = join(folder, "profile.json");
  writeFileSync(profile, JSON.stringify(conventions));
  const events = service.explain({
    model: join(realFolder, "models/onnx/SqueezeNet_fp16.onnx"),
    ...{ profile, images: [join(realFolder, "images/cat_and_dog.png")], methods: [method] },
    ...{ layer: "auto", score: "logit" },
    ...asked,
  });
  for await (const event of events) {
    if (event.kind === "explanation") return event.explanation.maps[0]!;
    if (event.kind === "failed") throw new Error(event.error.message);
  }
  throw new Error("nothing was explained");
}

/** The share of a picture's energy, the sum of its squares, that lies in the upper half. */
function upperShare(map: AttributionMap): number {
  const { data } = asGrid(map);
  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return energy(data.subarray(0, data.length / 2)) / energy(data);
}

describe.skipIf(!hasReal)("in a photo of a dog above a cat", () => {
  test("guided Grad-CAM shows the dog for the dogs and the cat for the cats, and guided backpropagation alone tells them apart less", async () => {
    const shares = async (method: string) =>
      [
        upperShare(await mapOf(method, { classes: { set: dogs } })),
        upperShare(await mapOf(method, { classes: { set: cats } })),
      ] as const;
    const [ofDogs, ofCats] = await shares("guidedGradCam");
    expect(ofDogs).toBeGreaterThan(0.95);
    expect(ofCats).toBeLessThan(0.4);
    const [guidedDogs, guidedCats] = await shares("guidedBackprop");
    expect(guidedDogs - guidedCats).toBeLessThan(ofDogs - ofCats - 0.15);
  }, 60_000);

  test.each<readonly [string, Omit<Asked, "classes">]>([
    ["its probability", { score: "probability" }],
    ["rather than a bull mastiff", { versus: { class: bullMastiff } }],
    ["against its three nearest classes", { versus: { nearest: 3, alpha: 1 } }],
  ])("guided Grad-CAM of a tiger cat shows the cat alone: %s", async (_, asked) => {
    const map = await mapOf("guidedGradCam", { classes: { indices: [tigerCat] }, ...asked });
    expect(upperShare(map)).toBeLessThan(0.05);
  });
});
