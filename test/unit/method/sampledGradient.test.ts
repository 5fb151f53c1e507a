import { describe, expect, test } from "vitest";
import { normal as noiseOf } from "../../../src/explain/method/helper/random";
import { integratedGradients } from "../../../src/explain/method/integratedGradients";
import type { RunMethod, Subject } from "../../../src/explain/method/method";
import { complete } from "../../../src/explain/method/parameter";
import { saliency } from "../../../src/explain/method/saliency";
import { smoothGrad } from "../../../src/explain/method/smoothGrad";
import { asked } from "../../../src/explain/service/program";
import { tensor, zeros, type Tensor } from "../../../src/explain/tensor";
import type { Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import {
  correlation,
  deep,
  interims,
  linear,
  mapsOfRuns,
  numbers,
  sum,
} from "../../helper/gradientMaps";
import { mapsOf } from "../../helper/methodMaps";
import { normal } from "../../helper/random";
import { workFor } from "../../helper/work";

const image = normal([1, 3, 16, 16], 1);

describe("integrated gradients", () => {
  test("tell the gap between their sum and the change of the score", async () => {
    const net = deep();
    const [rest] = await interims(net, integratedGradients, { classes: [1] }, { steps: 2 });
    const score = (input: Tensor) =>
      workFor(net, { classes: [1], input }).run({
        id: "score",
        plan: (_g, { value }) => ({ value }),
      });
    const ends = await Promise.all([score(image), score(zeros("float64", image.dims))]);
    const [y, y0] = ends.map(({ value }) => value!.data[0]!) as [number, number];
    const gap = Math.abs(sum(rest!.maps()[0]!.data) - (y - y0));
    expect(rest!.facts!["completenessGap"]![0]).toBeCloseTo(gap, 4);
  });

  test("refuse a blur wider than the input, and only where there is one", () => {
    const refusal = (values: Record<string, number | string>) =>
      integratedGradients.refuses(deep(), "", asked(integratedGradients, values).values);
    expect(refusal({ baseline: "blur", deviation: 16 })).toBeUndefined();
    expect(refusal({ baseline: "blur", deviation: 16.5 })).toMatch(
      /16\.5 pixels .* 16 × 16; choose at most 16/,
    );
    expect(refusal({ baseline: "zero", deviation: 16.5 })).toBeUndefined();
  });

  test("do not depend on how the path is cut into batches", async () => {
    const [whole, cut] = await Promise.all(
      [32, 3].map((batch) =>
        mapsOfRuns(deep(), integratedGradients, { classes: [0, 1], batch }, { steps: 11 }),
      ),
    );
    whole!.forEach((map, k) => close(cut![k]!, map, 1e-6, "cut"));
  });

  test.each([1, 2, 5, 8, 20, 32])(
    "visit each of %i midpoints once, the middle first",
    async (steps) => {
      const visited: number[] = [];
      const net = linear();
      const work = workFor(net, { classes: [0], batch: 1 });
      const spied = {
        ...work,
        batches: (...[stage, count, feeds]: Parameters<typeof work.batches>) =>
          work.batches(stage, count, (first, size) => {
            const fed = feeds(first, size);
            if (stage.id === "path") visited.push(...fed["sightline/along"]!.data);
            return fed;
          }),
      };
      const { values } = asked(integratedGradients, { steps });
      for await (const _interim of (integratedGradients as RunMethod).run(spied, values));
      expect(visited.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: steps }, (_, i) => (i + 0.5) / steps),
      );
      expect(Math.abs(visited[0]! - 0.5)).toBeLessThan(0.51 / steps);
    },
  );

  test("after a quarter of the steps the map is near the whole one", async () => {
    const all = await interims(deep(), integratedGradients, { classes: [0], batch: 1 });
    const [early, whole] = [all[7]!, all.at(-1)!].map((interim) => interim.maps()[0]!.data);
    expect(correlation(early!, whole!)).toBeGreaterThan(0.9);
    expect(all[7]).toMatchObject({ done: 8, planned: 32, unit: "steps" });
  });

  test("from the uniform baseline are the same for the same seed, and others for another", async () => {
    const from = (seed: number) =>
      mapsOfRuns(
        deep(),
        integratedGradients,
        { classes: [0] },
        { baseline: "uniform", seed, steps: 4 },
      );
    expect(await from(1)).toEqual(await from(1));
    expect(await from(1)).not.toEqual(await from(2));
  });
});

describe("SmoothGrad", () => {
  const given = { samples: 7, noise: 0.1, seed: 3 };

  /** The gradients at each noisy image, by saliency. */
  const samples = (net: Classifier) => {
    const range = Math.max(...image.data) - Math.min(...image.data);
    return Array.from({ length: 7 }, (_, i) => {
      const noise = noiseOf(3, i, image.data.length);
      const noisy = image.data.map((value, at) => value + 0.1 * range * noise[at]!);
      return numbers(mapsOf(net, saliency, tensor("float64", noisy, image.dims), { layer: "" }));
    });
  };
  const mean = (values: readonly number[]) => sum(values) / values.length;
  const over = (all: number[][], of: (values: number[]) => number) =>
    all[0]!.map((_, i) => of(all.map((map) => map[i]!)));
  const variance = (values: readonly number[]) =>
    mean(values.map((value) => (value - mean(values)) ** 2));

  test.each([
    ["mean", mean],
    ["squared", (values: number[]) => mean(values.map((value) => value ** 2))],
    ["variance", variance],
  ] as const)("in mode %s is that of the gradients at the noisy images", async (mode, of) => {
    const [map] = await mapsOfRuns(deep(), smoothGrad, { classes: [0] }, { ...given, mode });
    close(map!, over(samples(deep()), of), 1e-6, mode);
  });

  test.each([
    ["mean", (values: number[]) => variance(values)],
    ["squared", (values: number[]) => variance(values.map((value) => value ** 2))],
    ["variance", (values: number[]) => variance(values.map((v) => (v - mean(values)) ** 2))],
  ] as const)("tells the standard error of the %s", async (mode, spread) => {
    const all = await interims(deep(), smoothGrad, { classes: [0] }, { ...given, mode });
    const wanted = Math.sqrt(mean(over(samples(deep()), spread)) / 6);
    expect(all.at(-1)!.standardError![0]! / wanted).toBeCloseTo(1, 4);
    const both = await interims(deep(), smoothGrad, { classes: [1, 0] }, { ...given, mode });
    expect(both.at(-1)!.standardError![1]! / wanted).toBeCloseTo(1, 4);
  });

  test("of a constant image has no variance, not even rounding", async () => {
    const data = new Float32Array(768).fill(0.3);
    const input = tensor("float32", [...data], [1, 3, 16, 16]);
    const asked = { mode: "variance", samples: 7 };
    const [map] = await mapsOfRuns(deep(), smoothGrad, { classes: [2], input }, asked);
    expect(new Set(map)).toEqual(new Set([0]));
  });

  test.each([
    [{ mode: "variance", samples: 1 }, /2 samples at least/],
    [{ mode: "variance", noise: 0 }, /choose a noise above 0/],
    [{ mode: "variance", samples: 2 }, undefined],
    [{ mode: "mean", samples: 1, noise: 0 }, undefined],
  ])("refuses what has no variance: %j", (given, reason) => {
    const refused = smoothGrad.refuses({} as Subject, "", complete(smoothGrad, given));
    if (reason) expect(refused).toMatch(reason);
    else expect(refused).toBeUndefined();
  });

  test("of a constant image is saliency: it has no range for noise", async () => {
    const input = tensor("float64", new Array<number>(768).fill(0.3), [1, 3, 16, 16]);
    const [map] = await mapsOfRuns(deep(), smoothGrad, { classes: [2], input }, { samples: 3 });
    const plain = numbers(mapsOf(deep(), saliency, input, { classes: [2], layer: "" }));
    close(map!, plain, 1e-6, "saliency");
  });

  test("is the same for the same seed whatever the batches, and another for another seed", async () => {
    const of = (batch: number, seed: number) =>
      mapsOfRuns(deep(), smoothGrad, { classes: [0], batch }, { samples: 5, seed });
    close((await of(1, 4))[0]!, (await of(5, 4))[0]!, 1e-6, "batches");
    expect(await of(5, 4)).not.toEqual(await of(5, 5));
  });
});
