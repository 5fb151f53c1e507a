import { describe, expect, test } from "vitest";
import { averageDrop } from "../../../src/explain/judge/averageDrop";
import { averageIncrease } from "../../../src/explain/judge/averageIncrease";
import { blur, kernel } from "../../../src/explain/judge/blur";
import { deletion } from "../../../src/explain/judge/deletion";
import { insertion } from "../../../src/explain/judge/insertion";
import { ascending } from "../../../src/explain/judge/pixels";
import { road } from "../../../src/explain/judge/road";
import { tensor } from "../../../src/explain/tensor";
import { judged, exhibitOn } from "./exhibit";

const sum = (pixels: Float32Array) => pixels.reduce((total, value) => total + value, 0);
/** The share of the score that pixel 1 of [1, 2, 0, 1] has alone. */
const image = [1, 2, 0, 1];

describe("Deletion", () => {
  test("takes the pixels away from the most relevant on, and sums the score by trapezoids", async () => {
    const exhibit = exhibitOn(image, [3, 4, 1, 2], 2, (pixels) => sum(pixels) / 4);
    const { finding, progress } = await judged(deletion, exhibit);
    // Gone: pixel 1 (2), pixel 0 (1), pixel 3 (1), pixel 2 (0).
    expect(finding.curve!.y).toEqual([1, 0.5, 0.25, 0, 0]);
    expect(finding.curve!.x).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(finding.value).toBeCloseTo((1.75 - 0.5) / 4, 12);
    expect(finding.verdict).toMatch(/“cat”.*falls below half of that with 50 % of the pixels/);
    expect(progress.at(-1)).toBe(1);
  });

  test("among equals the last goes first, as numpy's stable order turned round", async () => {
    expect([...ascending([2, 1, 2, 1])]).toEqual([1, 3, 0, 2]);
    const exhibit = exhibitOn(image, [1, 0, 1, 1], 2, (pixels) => sum(pixels) / 4);
    const { finding } = await judged(deletion, exhibit);
    // 3 (1), 2 (0), 0 (1), 1 (2).
    expect(finding.curve!.y).toEqual([1, 0.75, 0.75, 0.5, 0]);
  });

  test("is done in 28 steps where there are more pixels", async () => {
    const many = Array.from({ length: 900 }, (_, i) => i);
    const { finding } = await judged(
      deletion,
      exhibitOn(many, many, 30, () => 0.5),
    );
    // ⌈900 / 28⌉ = 33 at a time.
    expect(finding.curve!.y).toHaveLength(29);
    expect(finding.curve!.x.slice(-2)).toEqual([(27 * 33) / 900, 1]);
    expect(finding.value).toBeCloseTo(0.5, 12);
    expect(finding.verdict).toMatch(/never falls/);
  });

  test("a score that rises beyond that of the whole image is told with where", async () => {
    // Blanked in turn: 2, then 1, 0 and 1: the score is the share that is gone.
    const exhibit = exhibitOn(image, [3, 4, 1, 2], 2, (pixels) => 0.9 - sum(pixels) / 10);
    const { finding } = await judged(deletion, exhibit);
    expect(finding.verdict).toBe(
      "The score of “cat”, 50 %, never falls below half of that; with 75 % of the pixels blanked it is 90 %, more than for the whole image.",
    );
  });

  test("of a score near 0 nothing can be taken away", async () => {
    const rising = exhibitOn(image, [3, 4, 1, 2], 2, (pixels) => 4e-4 * (5 - sum(pixels)));
    expect((await judged(deletion, rising)).finding.verdict).toBe(
      "For the whole image the score of “cat” is < 0.1 %, so that blanking has nothing to take away and the area says nothing of the map; with 75 % of the pixels blanked it is 0.2 %.",
    );
    const none = exhibitOn(image, [3, 4, 1, 2], 2, () => 0);
    expect((await judged(deletion, none)).finding.verdict).toMatch(/says nothing of the map\.$/);
    // Half of a negative logit is more than all of it.
    const logit = exhibitOn(image, [3, 4, 1, 2], 2, () => -2);
    const { finding } = await judged(deletion, { ...logit, isProbability: false });
    expect(finding.verdict).toMatch(/is −2\.000, so that blanking has nothing to take away/);
  });
});

describe("Insertion", () => {
  test("starts from the blurred image and ends at the image", async () => {
    const exhibit = exhibitOn(image, [3, 4, 1, 2], 2, (pixels) => pixels[1]!);
    const blurred = blur(exhibit);
    const { finding } = await judged(insertion, exhibit);
    expect(finding.curve!.y).toEqual([blurred[1], 2, 2, 2, 2]);
  });

  test("tells where half of the score is back", async () => {
    const exhibit = exhibitOn(image, [3, 4, 1, 2], 2, (pixels) => (pixels[0] === 1 ? 0.8 : 0.1));
    expect((await judged(insertion, exhibit)).finding.verdict).toBe(
      "The score of “cat”, 80 %, is back at half of that with 50 % of the pixels sharp.",
    );
  });

  test.each([
    [0.6, 0.9, /is not halved by blurring: it is 60 % without any sharp pixel and 90 % with all/],
    [0.45, 0, /rises by blurring: it is 45 % without any .* < 0\.1 % with all .* says nothing/],
    [0, 0, /is < 0\.1 % with all pixels sharp, so that there is nothing to come back .* map\.$/],
  ])("blurred %s, sharp %s", async (soft, sharp, words) => {
    const score = (pixels: Float32Array) => (pixels[1] === 2 ? sharp : soft);
    const { finding } = await judged(insertion, exhibitOn(image, [3, 4, 1, 2], 2, score));
    expect(finding.verdict).toMatch(words);
  });

  test("its kernel is scipy's gaussian_filter of a point in 11 cells, σ = 5, folded at the ends", () => {
    // scipy 1.17.1: gaussian_filter1d of [0,0,0,0,0,1,0,0,0,0,0], sigma=5.
    const half = [
      0.09398206326843249, 0.09348938844291409, 0.09219111781938806, 0.09047419654910865,
      0.08889611977709484, 0.08795814577727815,
    ];
    kernel().forEach((weight, i) => expect(weight).toBeCloseTo(half[Math.abs(i - 5)]!, 12));
    expect(kernel().reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  test("the blur is zero beyond the border, and the same with channels first and last", () => {
    const height = 13;
    const width = 12;
    const planes = Array.from({ length: 2 * height * width }, (_, i) => Math.sin(i * i));
    const first = blur({ layout: "NCHW", input: tensor("float32", planes, [1, 2, height, width]) });
    const turned = Array.from(
      { length: planes.length },
      (_, i) => planes[(i % 2) * height * width + (i >> 1)]!,
    );
    const last = blur({ layout: "NHWC", input: tensor("float32", turned, [1, height, width, 2]) });
    turned.forEach((_, i) => expect(last[i]).toBe(first[(i % 2) * height * width + (i >> 1)]));
    const ones = blur({
      layout: "NCHW",
      input: tensor("float32", new Array<number>(29 * 29).fill(1), [1, 1, 29, 29]),
    });
    const side = kernel()
      .slice(5)
      .reduce((a, b) => a + b);
    expect(ones[14 * 29 + 14]).toBeCloseTo(1, 6);
    expect(ones[0]).toBeCloseTo(side ** 2, 6);
  });
});

describe("Average drop and increase", () => {
  test("multiply the image by the map scaled to 0 … 1", async () => {
    // Scaled: 0.5, 1, 0, 0 → the sum is 0.5 + 2.
    const exhibit = exhibitOn(image, [0, 5, -5, -5], 2, (pixels) => sum(pixels) / 4);
    const { finding } = await judged(averageDrop, exhibit);
    expect(finding.value).toBeCloseTo((1 - 2.5 / 4) / 1, 12);
    expect((await judged(averageIncrease, exhibit)).finding.value).toBe(0);
  });

  test("a score that rises is an increase, and no drop", async () => {
    const exhibit = exhibitOn(image, [1, 0, 0, 0], 2, (pixels) => 0.9 - sum(pixels) / 10);
    const drop = (await judged(averageDrop, exhibit)).finding;
    expect(drop.value).toBe(0);
    expect(drop.verdict).toMatch(/is 80 % instead of 50 %: it rises, so that nothing is lost/);
    const increase = (await judged(averageIncrease, exhibit)).finding;
    expect(increase.value).toBe(1);
    expect(increase.verdict).toMatch(/rises: 50 % before, 80 % after/);
  });

  test("of a score near 0 there is nothing to lose", async () => {
    const exhibit = exhibitOn(image, [1, 0, 0, 0], 2, (pixels) => 4e-4 * (5 - sum(pixels)));
    expect((await judged(averageDrop, exhibit)).finding.verdict).toMatch(
      /is 0\.2 % instead of < 0\.1 %: it rises, and there was nothing to lose/,
    );
    const least = exhibitOn(image, [1, 0, 0, 0], 2, (pixels) => 1e-5 * (5 - sum(pixels)));
    expect((await judged(averageDrop, least)).finding.verdict).toMatch(
      /is < 0\.1 % instead of < 0\.1 %: there was nothing to lose/,
    );
    expect((await judged(averageIncrease, least)).finding.verdict).toMatch(
      /rises: < 0\.1 % before and after, by less than is shown/,
    );
  });

  test("a drop of a score that is not positive is refused", async () => {
    const exhibit = exhibitOn(image, [1, 0, 0, 0], 2, () => -2);
    await expect(judged(averageDrop, exhibit)).rejects.toThrow(/only of a positive one/);
  });
});

describe("ROAD", () => {
  const width = 10;
  const bright = Array.from({ length: 100 }, (_, i) => Number(i % 7 === 0));
  const score = (pixels: Float32Array) =>
    bright.reduce((total, one, i) => total + one * pixels[i]!, 0) / sum(Float32Array.from(bright));

  test("is positive for the map of what counts, negative for its negative, by the same amount", async () => {
    const map = bright.map((one, i) => one + i / 1000);
    const negative = map.map((value) => -value);
    const { finding, progress } = await judged(road, exhibitOn(bright, map, width, score));
    const turned = (await judged(road, exhibitOn(bright, negative, width, score))).finding;
    expect(finding.value).toBeGreaterThan(0.1);
    expect(turned.value).toBeCloseTo(-finding.value, 12);
    expect(finding.verdict).toMatch(/tells them apart/);
    expect(turned.verdict).toMatch(/wrong way round/);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeCloseTo(1, 12);
  });

  test("a difference of less than 5 percentage points is hardly one", async () => {
    const map = bright.map((one, i) => one + i / 1000);
    const weak = (pixels: Float32Array) => 0.2 + 0.05 * score(pixels);
    for (const [sign, verdict] of [
      [1, /: the map hardly tells them apart\./],
      [-1, /: the map hardly tells them apart, and that the wrong way round\./],
    ] as const) {
      const ranked = map.map((value) => sign * value);
      const { finding } = await judged(road, exhibitOn(bright, ranked, width, weak));
      expect(finding.value * sign).toBeGreaterThan(0.005);
      expect(finding.value * sign).toBeLessThan(0.025);
      expect(finding.verdict).toMatch(verdict);
    }
  });

  test("its curve has the combined value at each share, and their mean is the value", async () => {
    const map = bright.map((one, i) => one + i / 1000);
    const { finding } = await judged(road, exhibitOn(bright, map, width, score));
    const { x, y } = finding.curve!;
    expect(x.map((share) => Math.round(100 * share))).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(y.reduce((a, b) => a + b) / y.length).toBeCloseTo(finding.value, 12);
  });

  test("a map with many equal values leaves pixels to fill in from", async () => {
    const map = bright.map((_, i) => (i === 50 ? 1 : 0));
    const { finding } = await judged(road, exhibitOn(bright, map, width, score));
    expect(Number.isFinite(finding.value)).toBe(true);
  });

  test("a network that ignores the image is not told apart", async () => {
    const map = bright.map((_, i) => i);
    const { finding } = await judged(
      road,
      exhibitOn(bright, map, width, () => 0.5),
    );
    expect(finding.value).toBe(0);
    expect(finding.verdict).toMatch(/does not tell them apart/);
  });

  test("of a score near 0 it says nothing; where filling in raises it, that is told", async () => {
    const map = bright.map((one, i) => one + i / 1000);
    const none = await judged(
      road,
      exhibitOn(bright, map, width, () => 0),
    );
    expect(none.finding.verdict).toMatch(/for the whole image it is < 0\.1 %, .*says nothing/);
    const falling = exhibitOn(bright, map, width, (pixels) => 1 - 0.5 * score(pixels));
    expect((await judged(road, falling)).finding.verdict).toMatch(
      /wrong way round\. Filling in raises it: for the whole image it is 50 %\./,
    );
  });
});

test.each([deletion, insertion, averageDrop, averageIncrease, road])(
  "$title refuses a map that is the same everywhere",
  async (judge) => {
    await expect(judged(judge, exhibitOn(image, [2, 2, 2, 2], 2, sum))).rejects.toThrow(
      /same value everywhere/,
    );
  },
);
