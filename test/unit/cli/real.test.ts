import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest, ManifestImage } from "../../../src/explain/service/manifest";
import { cellCentre, type Rectangle } from "../../../src/explain/picture/geometry";
import { hottestPixel, renderMap, type Grid } from "../../../src/explain/picture/upsample";
import { explained, readNpy, sightline } from "../../helper/cli";
import { hasReal, realFolder, temporaryFolder } from "../../helper/files";

/** SqueezeNet in float16 without a profile, on photos whose objects have boxes. */
const squeezeNet = join(realFolder, "models/onnx/SqueezeNet_fp16.onnx");
const photos = join(realFolder, "images");
const out = join(temporaryFolder(), "out");

const samples: Readonly<Record<string, number>> = {
  "n01443537_goldfish.JPEG": 1,
  "n01614925_bald_eagle.JPEG": 22,
  "n02123045_tabby.JPEG": 281,
  "n02129165_lion.JPEG": 291,
  "n04285008_sports_car.JPEG": 817,
};

const rowsOf = (file: string): string[][] =>
  readFileSync(join(photos, "ilsvrc_val", file), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace("val/", "").split(","));

function truths(): Map<string, number> {
  const validation = rowsOf("class_labels.txt").map(([name, index]) => [name!, Number(index)]);
  return new Map([...(validation as [string, number][]), ...Object.entries(samples)]);
}

function boxesOf(name: string): Rectangle[] {
  return rowsOf("localization.txt")
    .filter(([image]) => image === name)
    .map(([, ...corners]) => {
      const [x0, y0, x1, y1] = corners.map(Number) as [number, number, number, number];
      return { x0, y0, x1, y1 };
    });
}

const airliner = { name: "2007_000256.jpg", boxes: [{ x0: 8, y0: 96, x1: 491, y1: 232 }] };

const inside = (boxes: readonly Rectangle[], x: number, y: number): boolean =>
  boxes.some(({ x0, y0, x1, y1 }) => x >= x0 && x < x1 && y >= y0 && y < y1);

/** The share of a map's sum, cell by cell, whose place in the photo lies in a box. */
function shareInBoxes(map: Grid, { geometry }: ManifestImage, boxes: readonly Rectangle[]): number {
  let [within, all] = [0, 0];
  map.data.forEach((value, i) => {
    const at = cellCentre(geometry, map, Math.floor(i / map.width), i % map.width);
    all += value;
    if (inside(boxes, at.x, at.y)) within += value;
  });
  return within / all;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

let manifest: Manifest;
const imageCalled = (name: string): ManifestImage =>
  explained(manifest).find(({ path }) => path.endsWith(`/${name}`))!;

describe.skipIf(!hasReal)("SqueezeNet fp16 without a profile", () => {
  beforeAll(async () => {
    const images = [
      join(photos, "ilsvrc_val"),
      join(photos, "imagenet_samples"),
      join(photos, "voc2012/JPEGImages", airliner.name),
    ];
    const args = ["explain", "--model", squeezeNet, ...images, "--out", out, "--json"];
    const { status, stdout, stderr } = await sightline(args, {
      env: { XDG_CACHE_HOME: temporaryCache },
    });
    expect(status, stderr).toBe(0);
    manifest = JSON.parse(stdout) as Manifest;
  });

  const temporaryCache = join(out, "../cache");

  test("finds its preprocessing: BGR, 0 to 255, less the means", () => {
    const { colour, range, mean, std } = manifest.profile;
    expect({ colour, range, std }).toEqual({ colour: "bgr", range: 255, std: [1] });
    [104, 117, 123].forEach((level, c) => expect(Math.abs(mean[c]! - level)).toBeLessThan(1));
    const { from, detail } = manifest.profileSources.colour;
    expect(from).toBe("guess");
    expect(detail).toMatch(/runner-up/);
  });

  test("is right on at least 14 of the 17 photos from ImageNet", () => {
    const results = [...truths()].map(([name, truth]) => {
      const { index, label } = imageCalled(name).predictions[0]!;
      return { name, right: index === truth, label };
    });
    expect(results).toHaveLength(17);
    const wrong = results.filter(({ right }) => !right);
    console.log(
      `${17 - wrong.length} of 17 right; wrong:`,
      wrong.map(({ name, label }) => `${name} → ${label}`).join(", "),
    );
    expect(wrong.length).toBeLessThanOrEqual(3);
  });

  const objects = [
    { what: "the granny smiths", name: "ILSVRC2012_val_00000023.JPEG" },
    { what: "the partridge", name: "ILSVRC2012_val_00001563.JPEG" },
    { what: "the partridge", name: "ILSVRC2012_val_00019750.JPEG" },
    { what: "the partridge", name: "ILSVRC2012_val_00044891.JPEG" },
    { what: "the airliner", name: airliner.name },
  ];

  test.each(objects)("the heat lies on $what of $name", ({ what, name }) => {
    const boxes = name === airliner.name ? airliner.boxes : boxesOf(name);
    const image = imageCalled(name);
    const [map] = image.maps;
    const { dims, data } = readNpy(out, map!.npy!);
    const grid = { width: dims[1]!, height: dims[0]!, data: Float32Array.from(data) };
    const hottest = hottestPixel(renderMap(grid, image.geometry), image.geometry)!;
    const evidence = shareInBoxes(grid, image, boxes);
    const area = shareInBoxes({ ...grid, data: grid.data.map(() => 1) }, image, boxes);
    console.log(
      `${what}, ${name}: ${map!.label} ${map!.probability.toFixed(3)}, hottest pixel ${hottest.x},${hottest.y}, ` +
        `${percent(evidence)} of the evidence in the boxes, which are ${percent(area)} of what was seen`,
    );
    expect(inside(boxes, hottest.x, hottest.y)).toBe(true);
    expect(evidence).toBeGreaterThan(0.5);
    expect(evidence).toBeGreaterThan(area);
  });
});
