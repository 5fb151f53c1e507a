import { describe, expect, test } from "vitest";
import { convolved, gaussian } from "../../src/explain/convolve";
import { fills } from "../../src/explain/method/helper/fill";
import { tensor } from "../../src/explain/tensor";
import { generator } from "../helper/random";

const random = generator(1);
const plane = (length: number) => Float64Array.from({ length }, () => random() - 0.5);

/** A line continued by its mirror images: … 1 0 | 0 1 … n | n … */
function mirrored(at: number, length: number): number {
  while (at < 0 || at >= length) at = at < 0 ? -1 - at : 2 * length - 1 - at;
  return at;
}

/** As the definition has it: a sum over all taps in two dimensions. */
function byDefinition(values: Float64Array, width: number, kernel: Float64Array, border: string) {
  const height = values.length / width;
  const reach = (kernel.length - 1) / 2;
  return values.map((_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    let sum = 0;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
        if (border === "zero" && !inside) continue;
        const from = mirrored(y + dy, height) * width + mirrored(x + dx, width);
        sum += kernel[dy + reach]! * kernel[dx + reach]! * values[from]!;
      }
    }
    return sum;
  });
}

const far = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe.each(["mirrored", "zero"] as const)("Convolution with borders that are %s", (border) => {
  test.each([
    [7, 5, 1],
    [5, 7, 4],
    [4, 6, 9],
    [1, 9, 3],
    [9, 1, 12],
    [1, 1, 2],
    [6, 6, 40],
    [3, 4, 0],
  ])("of %i × %i numbers, %i to each side, is the sum over all taps", (height, width, reach) => {
    const values = plane(height * width);
    const kernel = gaussian(1 + reach / 3, reach);
    const expected = byDefinition(values, width, kernel, border);
    expect(far(convolved(values, width, kernel, border), expected)).toBeLessThan(1e-13);
  });
});

test("behind a mirrored blur the sum is what it was; a blur far wider than the image leaves its mean", () => {
  const values = plane(11 * 13);
  const sum = (of: Float64Array) => of.reduce((a, b) => a + b);
  expect(sum(convolved(values, 13, gaussian(4, 12), "mirrored"))).toBeCloseTo(sum(values), 12);
  const mean = values.map(() => sum(values) / values.length);
  expect(far(convolved(values, 13, gaussian(60, 180), "mirrored"), mean)).toBeLessThan(1e-3);
});

test.each([0.1, 20, 224])(
  "a blur by %d pixels of 224 × 224 takes no time to speak of",
  (deviation) => {
    const image = tensor("float32", plane(3 * 224 * 224), [1, 3, 224, 224]);
    fills.blur(image, "NCHW", deviation);
    const times = [1, 2, 3].map(() => {
      const start = process.cpuUsage();
      fills.blur(image, "NCHW", deviation);
      return process.cpuUsage(start).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(200);
  },
);
