import { describe, expect, test } from "vitest";
import { complete, type ParameterValue } from "../../../src/explain/method/parameter";
import type { Method } from "../../../src/explain/method/method";
import type { Interim, Work } from "../../../src/explain/method/work";
import { occlusion } from "../../../src/explain/method/occlusion";
import { rise } from "../../../src/explain/method/rise";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, type Classifier } from "../../helper/classifier";
import { normal } from "../../helper/random";
import { workFor } from "../../helper/work";

type Asked = Readonly<Record<string, ParameterValue>>;

async function interims(method: Method, work: Work, given: Asked): Promise<Interim[]> {
  const all: Interim[] = [];
  for await (const interim of method.run!(work, complete(method, given)))
    all.push({ ...interim, maps: constant(interim.maps()) });
  return all;
}

const constant =
  <T>(value: T) =>
  () =>
    value;

async function mapsOf(method: Method, work: Work, given: Asked): Promise<Float32Array[]> {
  const all = await interims(method, work, given);
  return all
    .at(-1)!
    .maps()
    .map(({ data }) => data);
}

/** y = Wx: channels, rows and columns of the weights as those of the image. */
const linear = classifier(
  (g, x, w) => g.op("MatMul", [g.op("Flatten", [x]), w([3 * 5 * 7, 4])]),
  ["N", 3, 5, 7],
);
const deep = classifier(
  (g, x, w) => linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3),
  ["N", 3, 15, 12],
);
const channelsLast = classifier(
  (g, x, w) => {
    const first = g.op("Transpose", [x], { perm: [0, 3, 1, 2] });
    return linearHead(g, features(g, features(g, first, w, 4, "a"), w, 6, "b"), w, 3);
  },
  ["N", 15, 12, 3],
);

/** The class scores of one image. */
function scores({ graph }: Classifier, image: Tensor): number[] {
  return [...evaluate(graph, { image })[graph.outputs[0]!]!.data];
}

/** ∂y_c/∂x ⊙ x summed over channels, [5·7]. */
function gradientTimesInput(x: Tensor, c: number): number[] {
  const weights = linear.graph.parameters.get("weight0")!.data!;
  return Array.from({ length: 35 }, (_, at) =>
    [0, 1, 2].reduce((sum, k) => sum + weights[(k * 35 + at) * 4 + c]! * x.data[k * 35 + at]!, 0),
  );
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6) {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));
  expect(worst).toBeLessThan(tolerance);
}

const x = normal([1, 3, 5, 7], 11);
const picture = normal([1, 3, 15, 12], 3);

describe("occlusion", () => {
  test("is positive where hiding lowers the score, also of a score turned round", async () => {
    const asked = { window: 1, stride: 1 };
    const aim = { score: "logit", negated: true } as const;
    const [map] = await mapsOf(occlusion, workFor(linear, { classes: [1], input: x }), asked);
    const [turned] = await mapsOf(
      occlusion,
      workFor(linear, { classes: [1], input: x, aim }),
      asked,
    );
    expectClose(
      turned!.map((value) => -value),
      map!,
    );
  });

  /** The definition, pixel by pixel. */
  function byDefinition(net: Classifier, image: Tensor, c: number, window: number, stride: number) {
    const [, channels, height, width] = image.dims as [number, number, number, number];
    const sum = new Float64Array(height * width);
    const covered = new Float64Array(height * width);
    const whole = scores(net, image)[c]!;
    const starts = (length: number) =>
      Array.from({ length: Math.ceil((length - window) / stride) + 1 }, (_, i) => i * stride);
    for (const top of starts(height)) {
      for (const left of starts(width)) {
        const isInside = (i: number) => {
          const [row, column] = [Math.floor(i / width) % height, i % width];
          return row >= top && row < top + window && column >= left && column < left + window;
        };
        const hidden = image.data.map((value, i) => (isInside(i) ? 0 : value));
        const drop = whole - scores(net, tensor("float64", hidden, image.dims))[c]!;
        for (let i = 0; i < height * width; i++) {
          if (!isInside(i)) continue;
          sum[i]! += drop;
          covered[i]!++;
        }
      }
    }
    expect(covered.length).toBe((channels * height * width) / channels);
    return sum.map((value, i) => value / covered[i]!);
  }

  test.each([
    [4, 2],
    [5, 3],
    [4, 4],
    [12, 5],
    [3, 1],
  ])(
    "window %i, stride %i: every pixel is scored, the last window cut at the edge",
    async (window, stride) => {
      const [map] = await mapsOf(occlusion, workFor(deep, { classes: [1], input: picture }), {
        window,
        stride,
      });
      expectClose(map!, byDefinition(deep, picture, 1, window, stride));
    },
  );

  test("has the same map whatever the model's order of axes", async () => {
    const last = tensor(
      "float64",
      Array.from({ length: picture.data.length }, (_, i) => {
        const [at, channel] = [Math.floor(i / 3), i % 3];
        return picture.data[channel * 180 + at]!;
      }),
      [1, 15, 12, 3],
    );
    for (const fill of ["zero", "mean", "blur"]) {
      const asked = { window: 5, stride: 2, fill };
      const work = workFor(channelsLast, { classes: [0, 2], input: last });
      const own = await mapsOf(
        occlusion,
        workFor(deep, { classes: [0, 2], input: picture }),
        asked,
      );
      (await mapsOf(occlusion, work, asked)).forEach((map, k) => expectClose(map, own[k]!));
    }
  });

  test.each(["mean", "blur"])("filled with the %s, an even image has no evidence", async (fill) => {
    const even = tensor("float64", new Float64Array(3 * 15 * 12).fill(-117.5), [1, 3, 15, 12]);
    const [map] = await mapsOf(occlusion, workFor(deep, { classes: [0], input: even }), {
      window: 4,
      stride: 2,
      fill,
    });
    expect(Math.max(...map!.map(Math.abs))).toBeLessThan(1e-9);
  });

  test("filled with the mean, a pixel counts by how far it is from the mean colour", async () => {
    const [map] = await mapsOf(occlusion, workFor(linear, { classes: [3], input: x }), {
      window: 1,
      stride: 1,
      fill: "mean",
    });
    const centred = x.data.map((value, i) => {
      const channel = x.data.subarray(Math.floor(i / 35) * 35, Math.floor(i / 35) * 35 + 35);
      return value - [...channel].reduce((a, b) => a + b) / 35;
    });
    expectClose(map!, gradientTimesInput(tensor("float64", centred, x.dims), 3));
  });

  test("goes from coarse to fine: each interim map is whole, and the result does not depend on how it was cut", async () => {
    const asked = { window: 3, stride: 2 };
    const results = [];
    for (const batch of [1, 2, 5, 100]) {
      const work = workFor(deep, { classes: [1], input: picture, batch });
      const all = await interims(occlusion, work, asked);
      for (const { maps } of all) expect(maps()[0]!.data.every(Number.isFinite)).toBe(true);
      expect(all.map(({ done }) => done)).toEqual(
        [...all.map(({ done }) => done)].sort((a, b) => a - b),
      );
      expect(all.at(-1)).toMatchObject({ done: 42, planned: 42, unit: "windows" });
      results.push(all.at(-1)!.maps()[0]!.data);
    }
    for (const map of results) expectClose(map, results[0]!, 1e-12);
  });

  test("after a quarter of the windows the map resembles the whole one", async () => {
    const smooth = tensor(
      "float64",
      Array.from({ length: 3 * 256 }, (_, i) => Math.exp(-(((i % 16) - 5) ** 2) / 20)),
      [1, 3, 16, 16],
    );
    const net = classifier((g, image, w) => {
      const pooled = g.op("AveragePool", [image], { kernel_shape: [4, 4], strides: [4, 4] });
      return g.op("MatMul", [g.op("Flatten", [pooled]), w([48, 2])]);
    });
    const work = workFor(net, { classes: [0], input: smooth, batch: 1 });
    const all = await interims(occlusion, work, { window: 4, stride: 1 });
    const quarter = all.find(({ done, planned }) => done >= planned / 4)!;
    expect(correlation(quarter.maps()[0]!.data, all.at(-1)!.maps()[0]!.data)).toBeGreaterThan(0.9);
  });

  test.each([
    [{ window: 13 }, "A window of 13 pixels is larger than the network's input of 12 × 15"],
    [{ window: 4, stride: 5 }, "choose a stride of at most 4"],
  ])("%j is refused in a sentence", (asked, sentence) => {
    expect(occlusion.refuses(deep, "", complete(occlusion, asked))).toContain(sentence);
  });

  test("its defaults fit any size, and it says what they come to", () => {
    const values = complete(occlusion);
    for (const net of [linear, deep]) expect(occlusion.refuses(net, "", values)).toBeUndefined();
    const large = classifier(
      (g, image, w) => linearHead(g, features(g, image, w, 2, "a"), w, 2),
      ["N", 3, 224, 224],
    );
    expect(occlusion.remark!(large, "", values)).toBe(
      "On 224 × 224 pixels the window is 32 and moves by 16: 169 windows, a run each.",
    );
    expect(occlusion.remark!(large, "", { ...values, window: 56, stride: 28 })).toBe(
      "On 224 × 224 pixels the window is 56 and moves by 28: 49 windows, a run each.",
    );
    expect(occlusion.remark!(large, "", { ...values, window: 224, stride: 1 })).toMatch(
      /: 1 window, a run each\.$/,
    );
  });
});

describe("RISE", () => {
  test("is the same for the same seed, however it is cut into batches, and another for another seed", async () => {
    const maps = [];
    for (const [seed, batch] of [
      [5, 1],
      [5, 7],
      [6, 7],
    ] as const) {
      const work = workFor(deep, { classes: [0, 2], input: picture, batch });
      maps.push(await mapsOf(rise, work, { masks: 20, seed }));
    }
    expectClose(maps[0]![1]!, maps[1]![1]!, 1e-6);
    expect(correlation(maps[0]![0]!, maps[2]![0]!)).toBeLessThan(0.9);
  });

  test("of one cell, it is the score times the share of masks that are open over p", async () => {
    const work = workFor(linear, { classes: [1], input: x, batch: 500 });
    const [map] = await mapsOf(rise, work, { masks: 4000, cells: 1, keep: 0.5, seed: 1 });
    const y = scores(linear, x)[1]!;
    expect(new Set(map)).toHaveLength(1);
    expect(Math.abs(map![0]! / y - 1)).toBeLessThan(0.06);
  });

  test("on a linear net, its expectation is Σ_b y_b·E[m_a·m_b] / p over the pixels b", async () => {
    const keep = 0.3;
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const lasts = await Promise.all(
      seeds.map(async (seed) => {
        const work = workFor(linear, { classes: [1], input: x, batch: 1000 });
        return (await interims(rise, work, { masks: 2000, cells: 3, keep, seed })).at(-1)!;
      }),
    );
    const own = gradientTimesInput(x, 1);
    const [rows, columns] = [shared(5, 3), shared(7, 3)];
    const expected = own.map((_, a) =>
      own.reduce((sum, part, b) => {
        const [row, column] = [(i: number) => Math.floor(i / 7), (i: number) => i % 7];
        const both = rows[row(a)]![row(b)]! * columns[column(a)]![column(b)]!;
        return sum + (part * (keep ** 2 + keep * (1 - keep) * both)) / keep;
      }, 0),
    );
    const maps = lasts.map((last) => last.maps()[0]!.data);
    const squares = maps.flatMap((map) => expected.map((value, i) => (map[i]! - value) ** 2));
    // The pixels of a map err together: of 10 maps the ratio is 1 ± 0.2.
    const error = mean(lasts.map((last) => last.standardError![0]!));
    expect(Math.abs(Math.sqrt(mean(squares)) / error - 1)).toBeLessThan(0.6);
    const together = expected.map((_, i) => mean(maps.map((map) => map[i]!)));
    expect(correlation(expected, together)).toBeGreaterThan(0.98);
  });

  test("with every cell kept, the map is the score itself", async () => {
    const work = workFor(deep, { classes: [2], input: picture });
    const [map] = await mapsOf(rise, work, { masks: 3, keep: 1 });
    expectClose(map!, new Float64Array(180).fill(scores(deep, picture)[2]!));
  });

  test("its standard error is as large as maps of different seeds differ, and falls as 1/√N", async () => {
    const errors = [];
    for (const masks of [50, 800]) {
      const runs = [];
      for (let seed = 0; seed < 12; seed++) {
        const work = workFor(linear, { classes: [0], input: x, batch: 200 });
        runs.push((await interims(rise, work, { masks, cells: 4, seed })).at(-1)!);
      }
      const maps = runs.map(({ maps }) => maps()[0]!.data);
      const variance = Array.from(maps[0]!, (_, i) => sampleVariance(maps.map((map) => map[i]!)));
      const spread = Math.sqrt(mean(variance));
      const told = Math.sqrt(mean(runs.map(({ standardError }) => standardError![0]! ** 2)));
      expect(told / spread).toBeGreaterThan(0.75);
      expect(told / spread).toBeLessThan(1.33);
      errors.push(told);
    }
    expect(errors[0]! / errors[1]!).toBeGreaterThan(3.4);
    expect(errors[0]! / errors[1]!).toBeLessThan(4.6);
  });

  test("the standard error of a class is its own, whatever else is asked", async () => {
    const errors = async (classes: number[]) => {
      const work = workFor(deep, { classes, input: picture });
      return (await interims(rise, work, { masks: 20 })).at(-1)!.standardError!;
    };
    const [first, second] = await errors([0, 2]);
    expect(first).toBeCloseTo((await errors([0]))[0]!, 9);
    expect(second).toBeCloseTo((await errors([2]))[0]!, 9);
    expect(first).not.toBeCloseTo(second!, 3);
  });

  test("one mask has no standard error", async () => {
    const work = workFor(deep, { classes: [0], input: picture });
    const [only] = await interims(rise, work, { masks: 1 });
    expect(only!.standardError).toBeUndefined();
  });

  test("a partial sum is the whole result for as many masks", async () => {
    const all = await interims(rise, workFor(deep, { classes: [0], input: picture, batch: 10 }), {
      masks: 40,
    });
    const [short] = await mapsOf(rise, workFor(deep, { classes: [0], input: picture }), {
      masks: 20,
    });
    expect(all[1]).toMatchObject({ done: 20, planned: 40, unit: "masks" });
    expectClose(all[1]!.maps()[0]!.data, short!, 1e-5);
  });

  test("has the same map whatever the model's order of axes", async () => {
    const last = tensor(
      "float64",
      Array.from(
        { length: picture.data.length },
        (_, i) => picture.data[(i % 3) * 180 + Math.floor(i / 3)]!,
      ),
      [1, 15, 12, 3],
    );
    const own = await mapsOf(rise, workFor(deep, { classes: [1], input: picture }), { masks: 15 });
    const work = workFor(channelsLast, { classes: [1], input: last });
    expectClose((await mapsOf(rise, work, { masks: 15 }))[0]!, own[0]!);
  });
});

/** Σ over cells of the weights that two places along an axis have in them, mean over the shifts: the definition of bilinear scaling, mirrored at the ends, place by place. */
function shared(length: number, cells: number): number[][] {
  const cell = Math.ceil(length / cells);
  const weights = (at: number) =>
    Array.from({ length: cells }, (_, c) => {
      const place = ((at + 0.5) * cells) / ((cells + 1) * cell) - 0.5;
      const images = [c, -c, 2 * (cells - 1) - c].filter((one, i, all) => all.indexOf(one) === i);
      return images.reduce((sum, one) => sum + Math.max(0, 1 - Math.abs(place - one)), 0);
    });
  const places = Array.from({ length }, (_, at) => at);
  const shifts = Array.from({ length: cell }, (_, shift) => shift);
  return places.map((a) =>
    places.map((b) =>
      mean(
        shifts.map((shift) => {
          const [one, other] = [weights(a + shift), weights(b + shift)];
          return one.reduce((sum, weight, c) => sum + weight * other[c]!, 0);
        }),
      ),
    ),
  );
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function sampleVariance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = (p: ArrayLike<number>, mp: number, q: ArrayLike<number>, mq: number) =>
    mean(Array.from(p, (value, i) => (value - mp) * (q[i]! - mq)));
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
