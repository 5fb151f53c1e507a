import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { writeOnnx } from "../../src/explain/format/onnx/write";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim } from "../../src/explain/graph/graph";
import { tensor } from "../../src/explain/tensor";

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sightline-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Real models and photos beside the checkout. */
export const realFolder = join(__dirname, "../../../shared/real");

/** Whether the real files are there; says so once when they are not. */
export const hasReal = existsSync(realFolder);
if (!hasReal)
  console.log(`skipped: tests on real models and photos, because ${realFolder} is not there`);

/**
 * Writes a classifier of two classes, “bright” and “dark”, whose last map is its input's brightness (and its negative), averaged over
 * cells of `cell` pixels: where the heat must lie is known without any network.
 */
export function brightnessModel(
  path: string,
  { width, height, cell = 1 }: { width: number; height: number; cell?: number },
): string {
  const g = new Builder("brightness");
  const dims: Dim[] = ["N", 3, height, width];
  const image = g.input("image", "float32", dims);
  const weights = g.parameter("weights", tensor("float32", [1, 1, 1, -1, -1, -1], [2, 3, 1, 1]));
  const bias = g.parameter("bias", tensor("float32", [0, 3]));
  const cells = g.op("AveragePool", [image], { kernel_shape: [cell, cell], strides: [cell, cell] });
  const map = g.op("Relu", [g.op("Conv", [cells, weights, bias])]);
  const logits = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
  writeFileSync(path, writeOnnx(g.finish([logits])));
  return path;
}

/** Writes the profile of a model as JSON beside it. */
export function writeProfile(model: string, profile: Record<string, unknown>): string {
  const path = model.replace(/\.onnx$/, ".sightline.json");
  writeFileSync(path, JSON.stringify(profile));
  return path;
}
