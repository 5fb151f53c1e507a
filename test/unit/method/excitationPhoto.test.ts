import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AttributionMap } from "../../../src/explain/api";
import { nodePlatform } from "../../../src/explain/node";
import { asGrid } from "../../../src/explain/service/grid";
import { createService } from "../../../src/explain/service/service";
import { hasReal, realFolder, temporaryFolder } from "../../helper/files";

const folder = temporaryFolder();
const service = createService(nodePlatform({ threads: 2 }));
afterAll(() => service.dispose());

const [tabby, tigerCat, bullMastiff, boxer] = [281, 282, 243, 242];

/** How its authors prepare images: BGR, 0–255, minus the means. */
const conventions = {
  ...{ resize: "squash", size: { width: 224, height: 224 }, colour: "bgr", range: 255 },
  ...{ mean: [104, 117, 123], std: [1, 1, 1], activation: "softmax" },
};

async function explain(method: string, layer: string): Promise<readonly AttributionMap[]> {
  const profile = join(folder, "profile.json");
  writeFileSync(profile, JSON.stringify(conventions));
  const events = service.explain({
    profile,
    model: join(realFolder, "models", "onnx", "SqueezeNet_fp16.onnx"),
    images: [join(realFolder, "images", "cat_and_dog.png")],
    ...{ methods: [method], layer, score: "logit" },
    classes: { indices: [tabby, tigerCat, bullMastiff, boxer] },
  });
  for await (const event of events) {
    if (event.kind === "explanation") return event.explanation.maps;
    if (event.kind === "failed") throw new Error(event.error.message);
  }
  throw new Error("the service explained nothing");
}

/** The share of a map's energy in the upper half of the image, where the dog is; a row in the middle counts for neither. */
function upperShare(map: AttributionMap): number {
  const { data, height, width } = asGrid(map);
  const energy = (from: number, to: number) =>
    data.slice(from * width, to * width).reduce((sum, value) => sum + value, 0);
  const upper = energy(0, Math.floor(height / 2));
  return upper / (upper + energy(Math.ceil(height / 2), height));
}

/** How much more of the dogs' maps than of the cats' lies above. */
async function separation(method: string, layer: string): Promise<number> {
  const [tabbyShare, tigerShare, mastiffShare, boxerShare] = (await explain(method, layer)).map(
    upperShare,
  ) as [number, number, number, number];
  return (mastiffShare + boxerShare - tabbyShare - tigerShare) / 2;
}

describe.skipIf(!hasReal)("a dog above a cat, by SqueezeNet", () => {
  test.each(["auto", "fire8/concat_1", "fire5/concat_1", "pool1_1"])(
    "contrastive MWP at “%s” separates them better than MWP",
    async (layer) => {
      const plain = await separation("mwp", layer);
      const contrastive = await separation("contrastiveMwp", layer);
      expect(plain).toBeGreaterThan(0.25);
      expect(contrastive).toBeGreaterThan(plain + 0.15);
    },
  );

  test("the dogs' contrast lies above, the cats' below", async () => {
    const shares = (await explain("contrastiveMwp", "fire5/concat_1")).map(upperShare);
    expect(Math.max(...shares.slice(0, 2))).toBeLessThan(0.35);
    expect(Math.min(...shares.slice(2))).toBeGreaterThan(0.9);
  });
});
