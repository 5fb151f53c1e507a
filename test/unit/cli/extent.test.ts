import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeNpy } from "../../../src/explain/file/npy";
import { explained, explainJson, sightline } from "../../helper/cli";
import { temporaryFolder } from "../../helper/files";
import { normal } from "../../helper/random";
import { expectValid } from "../../helper/schema";
import { croppedModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const model = join(folder, "cropped.onnx");
const extent = { x0: 0.5, y0: 0, x1: 1, y1: 0.5 };

test("inspect says which part of the network's input a layer covers", async () => {
  croppedModel(model);
  const { stdout } = await sightline(["inspect", "--model", model, "--json"]);
  const document = JSON.parse(stdout) as { layers: Record<string, unknown>[] };
  expectValid("inspection", document);
  expect(document.layers.at(-1)).toMatchObject({ name: "features", height: 4, width: 4, extent });
  const table = await sightline(["inspect", "--model", model]);
  expect(table.stdout).toMatch(
    /features\s+Relu 4 × 4 × 4, over columns 50 to 100 % and rows 0 to 50 % of the network's input/,
  );
});

test("the manifest says it of the map", async () => {
  croppedModel(model);
  const tensor = join(folder, "image.npy");
  writeFileSync(tensor, encodeNpy(normal([1, 3, 8, 8], 7, "float32")));
  const out = join(folder, "out");
  const manifest = await explainJson(["--model", model, "--tensor", tensor, "--out", out]);
  expectValid("manifest", manifest);
  expect(explained(manifest)[0]!.maps[0]).toMatchObject({ dims: [4, 4], extent });
});
