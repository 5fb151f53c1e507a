import { beforeAll, describe, expect, test } from "vitest";
import {
  resample,
  roundHalfToEven,
  type Picture,
  type Resampling,
} from "../../../src/explain/picture/resample";
import { shrink } from "../../../src/explain/picture/shrink";
import { generator } from "../../helper/random";
import {
  compare,
  decode,
  goldenFolder,
  readGolden,
  type Golden,
} from "../../helper/preprocessGolden";

interface Resized extends Golden {
  readonly library: "PIL" | "OpenCV";
  readonly kernel: Resampling["kernel"];
}

const { resized } = readGolden<{ resized: Resized[] }>("drawn.json");
const pictures: Record<string, Picture> = {};

beforeAll(async () => {
  for (const source of new Set(resized.map((row) => row.source))) {
    pictures[source] = await decode(goldenFolder, source);
  }
});

/** PIL's and OpenCV's nearest are reproduced to the byte, OpenCV's interpolation to one grey level here and there. */
function allowed({ library, kernel }: Resized): { mean: number; max: number } {
  return library === "PIL" || kernel === "nearest" ? { mean: 0, max: 0 } : { mean: 0.2, max: 1 };
}

describe("resampling is PIL's and OpenCV's", () => {
  const libraries = new Map(resized.map((row) => [`${row.library}, ${row.kernel}`, row]));
  test.each([...libraries.keys()])("%s", (name) => {
    const rows = resized.filter((row) => `${row.library}, ${row.kernel}` === name);
    expect(rows.length).toBe(21);
    for (const row of rows) {
      const how = { kernel: row.kernel, antialias: row.library === "PIL" };
      const { mean, max } = compare(resample(pictures[row.source]!, row, how), row);
      const label = `${row.source} → ${row.width} × ${row.height}`;
      expect(max, label).toBeLessThanOrEqual(allowed(row).max);
      expect(mean, label).toBeLessThanOrEqual(allowed(row).mean);
    }
  });
});

function noise(width: number, height: number): Picture {
  const next = generator(width * height);
  const rgb = Uint8Array.from({ length: width * height * 3 }, () => next() * 256);
  return { width, height, rgb };
}

const everyWay = (["nearest", "bilinear", "bicubic"] as const).flatMap((kernel) =>
  [true, false].map((antialias) => ({ kernel, antialias })),
);

describe("resampling", () => {
  test.each(everyWay)("to the same size changes nothing ($kernel, antialias $antialias)", (how) => {
    const picture = noise(9, 7);
    expect(resample(picture, picture, how).rgb).toEqual(picture.rgb);
  });

  test.each(everyWay)(
    "of a window is a part of the whole ($kernel, antialias $antialias)",
    (how) => {
      const picture = noise(31, 23);
      const to = { width: 50, height: 11 };
      const window = { x0: 13, y0: 2, x1: 44, y1: 9 };
      const whole = resample(picture, to, how);
      const part = resample(picture, to, how, window);
      expect([part.width, part.height]).toEqual([31, 7]);
      for (let y = 0; y < part.height; y++) {
        const row = 3 * ((y + window.y0) * to.width + window.x0);
        const got = part.rgb.subarray(3 * 31 * y, 3 * 31 * (y + 1));
        expect(got).toEqual(whole.rgb.subarray(row, row + 3 * 31));
      }
    },
  );

  test.each(everyWay)(
    "keeps an even colour, white and black ($kernel, antialias $antialias)",
    (how) => {
      for (const level of [0, 97, 255]) {
        const even = { width: 13, height: 5, rgb: new Uint8Array(13 * 5 * 3).fill(level) };
        const result = resample(even, { width: 7, height: 16 }, how);
        expect(new Set(result.rgb)).toEqual(new Set([level]));
      }
    },
  );

  test("of a photo takes milliseconds, and of a window in a very long one too", () => {
    const started = performance.now();
    resample(noise(500, 375), { width: 341, height: 256 }, { kernel: "bicubic", antialias: true });
    const long = noise(20000, 10);
    const window = { x0: 255_888, y0: 16, x1: 256_112, y1: 240 };
    const result = resample(
      long,
      { width: 512_000, height: 256 },
      { kernel: "bilinear", antialias: true },
      window,
    );
    expect([result.width, result.height]).toEqual([224, 224]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test("round half to even is Python's", () => {
  const values = [-1.5, -0.6, 0.5, 1.5, 2.5, 2.4, 2.6, 3];
  expect(values.map(roundHalfToEven)).toEqual([-2, -1, 0, 2, 2, 2, 3, 3]);
});

describe("shrink", () => {
  test("brings the longer side down and keeps the shape", () => {
    const { width, height } = shrink(noise(90, 31), 45);
    expect([width, height]).toEqual([45, 16]);
  });

  test("leaves small pictures alone", () => {
    const picture = noise(9, 7);
    expect(shrink(picture, 9)).toBe(picture);
  });
});
