import { describe, expect, test } from "vitest";
import { learnedLayers } from "../../../src/explain/judge/learned";
import { sanity } from "../../../src/explain/judge/sanity";
import { shuffle } from "../../../src/explain/judge/shuffle";
import { classifier, features, linearHead, named } from "../../helper/classifier";
import { normal } from "../../helper/random";
import { judged, exhibitOn } from "./exhibit";

const learnedOf = ({ graph, anatomy }: ReturnType<typeof classifier>) =>
  learnedLayers(graph, anatomy.input.name, anatomy.score.logit);

describe("What a network has learned", () => {
  test("is listed layer by layer from the output down, biases with their matrix", () => {
    const net = classifier((g, image, weight) =>
      linearHead(
        g,
        features(g, features(g, image, weight, 4, "first"), weight, 6, "second"),
        weight,
        5,
      ),
    );
    expect(learnedOf(net)).toEqual([["weight2", "weight3"], ["weight1"], ["weight0"]]);
  });

  test("norms and biases that follow a layer are learned with it, and numbers alone are settings", () => {
    const net = classifier((g, image, weight) => {
      const conv = g.op("Conv", [image, weight([4, 3, 3, 3])]);
      const norm = g.op("BatchNormalization", [conv, ...[0, 1, 2, 3].map(() => weight([4]))]);
      const scaled = g.op("Mul", [g.op("Add", [norm, weight([4, 1, 1])]), g.scalar(2, norm)]);
      return linearHead(g, named(g, "map", "Relu", [scaled]), weight, 3);
    });
    const [head, conv] = learnedOf(net) as [string[], string[]];
    expect(head).toEqual(["weight6", "weight7"]);
    expect(conv.toSorted()).toEqual([
      "weight0",
      "weight1",
      "weight2",
      "weight3",
      "weight4",
      "weight5",
    ]);
  });

  test("is found behind what hands it on, and shapes are none of it", () => {
    const net = classifier((g, image, weight) => {
      const kernel = g.op("Transpose", [weight([3, 4, 3, 3])], { perm: [1, 0, 2, 3] });
      const map = named(g, "map", "Relu", [g.op("Conv", [image, kernel])]);
      const shape = g.op("Concat", [g.ints([-1]), g.ints([4 * 14 * 14])], { axis: 0 });
      const flat = g.op("Reshape", [map, shape]);
      return named(g, "logits", "MatMul", [flat, weight([4 * 14 * 14, 3])]);
    });
    expect(learnedOf(net)).toEqual([["weight1"], ["weight0"]]);
  });
});

describe("Shuffling", () => {
  test("keeps the numbers and changes their order, the same for the same seed", () => {
    const numbers = normal([1000], 1, "float32").data as Float32Array;
    const [one, again, other] = [0, 0, 1].map((seed) => {
      const copy = numbers.slice();
      shuffle(copy, seed);
      return copy;
    }) as [Float32Array, Float32Array, Float32Array];
    expect(one.toSorted()).toEqual(numbers.toSorted());
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    // Of a random order one number in 1000 stays on average.
    expect(one.filter((value, i) => value === numbers[i]).length).toBeLessThan(8);
  });

  test("puts every number anywhere: each of three comes equally often to each place", () => {
    const counts = new Float64Array(9);
    for (let seed = 0; seed < 3000; seed++) {
      const three = Uint8Array.of(0, 1, 2);
      shuffle(three, seed);
      three.forEach((value, place) => counts[3 * place + value]!++);
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe("Sanity", () => {
  const map = [1, 2, 3, 4];
  const other = (...data: number[]) => ({ dims: [2, 2], data: Float32Array.from(data) });
  /** After half of the layers the first map, after all of them the others. */
  const exhibit = (half: number[], ...maps: number[][]) =>
    exhibitOn([0, 0, 0, 0], map, 2, () => 1, [
      { done: 0 },
      ...[half, ...maps].map((data, i) => ({
        done: (i + 1) / (maps.length + 1),
        share: i === 0 ? 0.5 : 1,
        map: other(...data),
      })),
    ]);

  // The rank correlation with 1 2 3 4 by hand: 1 − 6·Σd²/(n³ − n), Σd² = 2, 10, 20 and 18.
  const [high, none, turned, low] = [
    [1, 2, 4, 3],
    [2, 4, 1, 3],
    [4, 3, 2, 1],
    [3, 4, 2, 1],
  ];

  test("is the mean rank correlation in the end; the curve begins at 1 with nothing shuffled", async () => {
    const { finding, progress } = await judged(sanity, exhibit(high, none, turned, high, low));
    expect(finding.curve).toMatchObject({ x: [0, 0.5, 1] });
    expect(finding.value).toBeCloseTo((0 - 1 + 0.8 - 0.8) / 4, 12);
    expect(finding.curve!.y).toEqual([1, expect.closeTo(0.8, 12), finding.value]);
    expect(finding.verdict).toMatch(/seems to turn round.*may be chance/);
    expect(progress).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test("its verdict tells the mean and the spread", async () => {
    // 0.8, 0, 0.8, 0: 0.4 on average, √(4·0.16/3) apart.
    const { finding } = await judged(sanity, exhibit(high, high, none, high, none));
    expect(finding.verdict).toContain("rank correlation 0.40 ± 0.46 over 4 shufflings");
    expect(finding.verdict).toMatch(/seems to stay.*may be chance/);
  });

  test("something stays where all shufflings say so", async () => {
    // 0.4 each: Σd² = 6.
    const some = [1, 4, 2, 3];
    const { finding } = await judged(sanity, exhibit(high, some, some, some));
    expect(finding.value).toBeCloseTo(0.4, 12);
    expect(finding.verdict).toMatch(/Something of the map stays.*rather than the model/);
  });

  test("a map that stays is not to be trusted, whatever its signs and scale", async () => {
    const { finding } = await judged(sanity, exhibit(none, [-10, 20, -30, 40], [1, -2, 3, 4]));
    expect(finding.value).toBeCloseTo(1, 12);
    expect(finding.verdict).toMatch(/hardly changes.*do not trust/);
    expect(finding.distrust).toBe(true);
  });

  test("maps in input space are compared by Σ_c |m_c|", async () => {
    const own = { dims: [2, 1, 2], data: Float32Array.of(1, -1, -1, 5) };
    const signed = { ...exhibit(none), own, shuffled: () => steps() };
    async function* steps() {
      yield await Promise.resolve({
        done: 1,
        share: 1,
        map: { dims: [2, 1, 2], data: Float32Array.of(-9, 1, 1, 2) },
      });
    }
    expect((await judged(sanity, signed)).finding.value).toBeCloseTo(-1, 12);
  });

  test("a map is changed as it should where nothing of it is left", async () => {
    const { finding } = await judged(sanity, exhibit(high, none, none));
    expect(finding.verdict).toMatch(/changes.*\(rank correlation 0\.00 ± 0\.00 .*as it should/);
    expect(finding.distrust).toBeUndefined();
  });

  test("a map that turns round each time does not change as it should", async () => {
    const { finding } = await judged(sanity, exhibit(high, turned, low, turned));
    expect(finding.verdict).toMatch(/turns round.*\(rank correlation −0\.93 ± 0\.12 over 3/);
    const unsure = await judged(sanity, exhibit(high, turned, none, none));
    expect(unsure.finding.verdict).toMatch(/seems to turn round.*may be chance/);
  });

  test("blank maps are left out of the mean and counted, and a blank one has no point of the curve", async () => {
    const blank = [0, 0, 0, 0];
    const { finding } = await judged(sanity, exhibit(blank, high, blank, high, high));
    expect(finding.value).toBeCloseTo(0.8, 12);
    expect(finding.curve).toMatchObject({ x: [0, 1] });
    expect(finding.verdict).toMatch(/over 3 shufflings.*After 1 of 4 shufflings the map is blank/);
  });

  test("says little where most maps are blank, and nothing where all are", async () => {
    const [blank, even] = [
      [0, 0, 0, 0],
      [2, 2, 2, 2],
    ];
    const { finding } = await judged(sanity, exhibit(high, blank!, none, even!));
    expect(finding.verdict).toMatch(/says little: the map is blank after 2 of 3 shufflings/);
    await expect(judged(sanity, exhibit(high, blank!, even!))).rejects.toThrow(
      /blank each time \(2 shufflings/,
    );
  });

  test("a map that is equally strong everywhere has no ranks", async () => {
    const own = { dims: [2, 1, 2], data: Float32Array.of(1, -1, 1, 1) };
    await expect(judged(sanity, { ...exhibit(none, high), own })).rejects.toThrow(
      /equally strong everywhere/,
    );
  });

  test("no numbers are refused", async () => {
    await expect(judged(sanity, exhibit(none, [1, NaN, 0, 0]))).rejects.toThrow(/overflow/);
  });

  test("of a method of many runs it is said that it was tried less", async () => {
    const { finding } = await judged(sanity, { ...exhibit(none, [4, 3, 1, 2]), progressive: true });
    expect(finding.verdict).toMatch(/Fewer shufflings.*many runs/);
  });
});
