import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest, ManifestImage } from "../../src/explain/service/manifest";
import { decodeNpy } from "../../src/explain/file/npy";
import { cellCentre, type Point, type Size } from "../../src/explain/picture/geometry";
import { root } from "./package.mjs";

/** What the command line says of one image: the truth that the panel is compared with. */
export interface Told {
  readonly manifest: Manifest;
  readonly image: ManifestImage;
  /** Centre of the hottest map cell, in pixels of the original image. */
  readonly hottest: Point;
  /** Size of one map cell, in pixels of the original image. */
  readonly cell: Size;
}

/** Runs `sightline explain` on one image and reads what it wrote. */
export function explainByCommand(model: string, image: string, ...more: string[]): Told {
  const out = mkdtempSync(join(tmpdir(), "sightline-cli-"));
  const args = ["explain", "--model", model, ...more, "--out", out, "--json", image];
  const cli = join(root, "dist", "cli.js");
  const printed = execFileSync(process.execPath, [cli, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1e8,
  });
  const manifest = JSON.parse(printed) as Manifest;
  const [told] = manifest.images as ManifestImage[];
  if (!told) throw new Error("the manifest has no image");
  const { dims, data } = decodeNpy(readFileSync(join(out, told.maps[0]!.npy!)), "map");
  rmSync(out, { recursive: true });
  return { manifest, image: told, ...hottestCell(told, dims, data) };
}

function hottestCell(
  { geometry }: ManifestImage,
  [height, width]: readonly number[],
  data: ArrayLike<number>,
): { hottest: Point; cell: Size } {
  if (!height || !width) throw new Error("the map has no rows or columns");
  const best = Array.from(data).reduce((a, value, i, all) => (value > all[a]! ? i : a), 0);
  const row = Math.floor(best / width);
  return {
    hottest: cellCentre(geometry, { width, height }, row, best % width),
    cell: {
      width: geometry.input.width / width / geometry.scaleX,
      height: geometry.input.height / height / geometry.scaleY,
    },
  };
}
