import { expect, test } from "vitest";
import { overlayBands } from "../../../src/explain/picture/bands";
import { colourMapOf } from "../../../src/explain/picture/colourMap";
import type { Geometry } from "../../../src/explain/picture/geometry";
import { drawOverlay } from "../../../src/explain/picture/overlay";
import { resample, type Picture } from "../../../src/explain/picture/resample";
import { renderMap, type Grid } from "../../../src/explain/picture/upsample";
import { generator } from "../../helper/random";

const next = generator(5);
const look = { colourMap: colourMapOf("inferno"), opacity: 0.55 };
const map: Grid = {
  width: 3,
  height: 2,
  data: Float32Array.from({ length: 6 }, () => next()),
};

function noise(width: number, height: number): Picture {
  return {
    width,
    height,
    rgb: Uint8Array.from({ length: 3 * width * height }, () => 256 * next()),
  };
}

/** The centre of an image that is seen at half its size. */
function centreCrop(width: number, height: number): Geometry {
  const input = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) };
  return {
    image: { width, height },
    input,
    scaleX: 0.5,
    scaleY: 0.5,
    offsetX: -input.width / 2,
    offsetY: -input.height / 2,
  };
}

function together(bands: readonly Picture[]): number[] {
  return bands.flatMap(({ rgb }) => [...rgb]);
}

test("bands together are the overlay of the whole picture, hatching included", () => {
  const picture = noise(1024, 1500);
  const geometry = centreCrop(1024, 1500);
  const bands = [...overlayBands({ ...picture, original: picture }, map, geometry, look)];
  expect(bands.map(({ height }) => height)).toEqual([1024, 476]);
  const whole = drawOverlay(picture, renderMap(map, geometry), look);
  expect(Buffer.compare(Buffer.from(together(bands)), whole.rgb)).toBe(0);
});

test("a picture that was reduced is enlarged to the original's size", () => {
  const original = { width: 90, height: 40 };
  const picture = noise(45, 20);
  const geometry = centreCrop(90, 40);
  const bands = [...overlayBands({ ...picture, original }, map, geometry, look)];
  const enlarged = resample(picture, original, { kernel: "bilinear", antialias: false });
  const whole = drawOverlay(enlarged, renderMap(map, geometry), look);
  expect(together(bands)).toEqual([...whole.rgb]);
});
