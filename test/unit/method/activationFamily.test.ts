import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { eigenCam } from "../../../src/explain/method/eigenCam";
import { eigenGradCam } from "../../../src/explain/method/eigenGradCam";
import { elementWiseCam } from "../../../src/explain/method/elementWiseCam";
import { fem } from "../../../src/explain/method/fem";
import { gradCam } from "../../../src/explain/method/gradCam";
import { gradCamPlusPlus } from "../../../src/explain/method/gradCamPlusPlus";
import { hiResCam } from "../../../src/explain/method/hiResCam";
import { layerCam } from "../../../src/explain/method/layerCam";
import type { Method } from "../../../src/explain/method/method";
import { xGradCam } from "../../../src/explain/method/xGradCam";
import { evaluate } from "../../../src/explain/runtime/reference";
import { sizeOf, tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { mapsOf } from "../../helper/methodMaps";
import { normal } from "../../helper/random";

type Rows = readonly (readonly number[])[];
/** A map by places, of activations and gradients by channels and places. */
type Formula = (activations: Rows, gradients: Rows) => number[];

const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;
const positive = (value: number) => Math.max(value, 0);
/** The map whose place p is the sum over channels k of `term(k, p)`. */
const overChannels = (like: Rows, term: (k: number, p: number) => number) =>
  like[0]!.map((_, p) => sum(like.map((_, k) => term(k, p))));
const weighted = (a: Rows, weight: (k: number) => number) => {
  const weights = a.map((_, k) => weight(k));
  return overChannels(a, (k, p) => weights[k]! * a[k]![p]!);
};
const alpha = (g: number, total: number) => g ** 2 / (2 * g ** 2 + total * g ** 3 + 1e-6);

const formulas: readonly (readonly [Method, Formula])[] = [
  [gradCam, (a, g) => weighted(a, (k) => mean(g[k]!))],
  [
    gradCamPlusPlus,
    (a, g) => weighted(a, (k) => sum(g[k]!.map((v) => positive(v) * alpha(v, sum(a[k]!))))),
  ],
  [
    xGradCam,
    (a, g) => weighted(a, (k) => sum(g[k]!.map((v, p) => (v * a[k]![p]!) / (sum(a[k]!) + 1e-7)))),
  ],
  [layerCam, (a, g) => overChannels(a, (k, p) => positive(g[k]![p]!) * a[k]![p]!)],
  [hiResCam, (a, g) => overChannels(a, (k, p) => g[k]![p]! * a[k]![p]!)],
  [elementWiseCam, (a, g) => overChannels(a, (k, p) => positive(g[k]![p]! * a[k]![p]!))],
  [
    fem,
    (a) =>
      weighted(a, (k) => {
        const middle = mean(a[k]!);
        const spread = Math.sqrt(mean(a[k]!.map((v) => (v - middle) ** 2)));
        return mean(a[k]!.map((v) => (v > middle + 2 * spread ? 1 : 0)));
      }),
  ],
];
const methods = [...formulas.map(([method]) => method), eigenCam, eigenGradCam];

/** How a layer lies in a model: the image's axes, and how a weight for each of its elements does. */
interface Lie {
  readonly dims: (channels: number, height: number, width: number) => number[];
  /** From channels, rows, columns to the image's axes. */
  readonly perm: readonly number[];
  /** Makes the layer “map” of the image. */
  readonly map: (g: Builder, image: string) => string;
}

const same = (g: Builder, image: string) => named(g, "map", "Mul", [image, g.scalar(1, image)]);
const lies: Readonly<Record<string, Lie>> = {
  "channels first": { dims: (c, h, w) => [c, h, w], perm: [0, 1, 2], map: same },
  "channels last": { dims: (c, h, w) => [h, w, c], perm: [1, 2, 0], map: same },
  tokens: {
    dims: (c, h, w) => [c, h, w],
    perm: [1, 2, 0],
    map(g, image) {
      const [, channels, height, width] = g.dims(image) as number[];
      const rows = g.reshape(image, ["N", channels!, height! * width!]);
      return named(g, "map", "Transpose", [rows], { perm: [0, 2, 1] });
    },
  },
};

/** A net whose layer “map” holds the image itself, and whose scores are sums of it with these weights: [classes,C,h,w]. */
function direct(weights: Tensor, lie = lies["channels first"]!): Classifier {
  const [classes, ...own] = weights.dims as [number, number, number, number];
  const scores = (g: Builder, image: string) => {
    const head = g.op("Transpose", [g.parameter("head", weights)], {
      perm: [0, ...lie.perm.map((axis) => axis + 1)],
    });
    const flat = g.op("Flatten", [lie.map(g, image)]);
    return g.op("Gemm", [flat, g.reshape(head, [classes, sizeOf(own)])], { transB: 1 });
  };
  return classifier(scores, ["N", ...lie.dims(...own)]);
}

const rowsOf = ({ data, dims }: Tensor, from = 0): number[][] => {
  const [channels, height, width] = dims.slice(-3) as [number, number, number];
  const places = height * width;
  const first = from * channels * places;
  return Array.from({ length: channels }, (_, k) => [
    ...data.subarray(first + k * places, first + (k + 1) * places),
  ]);
};
const image = (...planes: Rows[]): Tensor => {
  const rows = planes.flat();
  return tensor("float64", rows.flat(), [1, planes.length, planes[0]!.length, rows[0]!.length]);
};

describe.each(formulas.map(([method, formula]) => [method.id, method, formula] as const))(
  "%s",
  (_id, method, formula) => {
    const holds = (activations: Tensor, weights: Tensor) => {
      const map = mapsOf(direct(weights), method, activations, { layer: "map" });
      close(map.data, formula(rowsOf(activations), rowsOf(weights)), 1e-9, method.id);
      return map;
    };

    test("is its formula", () => {
      const map = holds(normal([1, 3, 8, 9], 1), normal([1, 3, 8, 9], 2));
      expect(Math.max(...map.data.map(Math.abs))).toBeGreaterThan(0.01);
    });

    test("is its formula with dead channels, constant ones, and gradients of 0", () => {
      const dead = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      const constant = dead.map((row) => row.map(() => 0.1));
      const some = [
        [1, 0, 3],
        [0, 9, 1],
      ];
      holds(image(dead, constant, some), image(some, some, dead));
      holds(image(dead, constant, some), image(constant, dead, some));
      holds(image(dead, dead, dead), image(some, some, some));
    });

    test("is its formula on a map of one row", () => {
      holds(normal([1, 3, 1, 5], 3), normal([1, 3, 1, 5], 4));
    });
  },
);

/** The projection on the first principal direction, by the power method with very many steps, and the sign of DESIGN: what is projected uncentred sums to more than 0. */
function principalMap(rows: Rows): number[] {
  const means = rows.map(mean);
  const centred = rows.map((row, k) => row.map((value) => value - means[k]!));
  let direction = rows.map((_, k) => 1 + Math.sin(k + 1));
  for (let i = 0; i < 20_000; i++) {
    const map = weighted(centred, (k) => direction[k]!);
    const next = centred.map((row) => sum(row.map((value, p) => value * map[p]!)));
    const length = Math.hypot(...next);
    direction = next.map((value) => value / length);
  }
  const sign = sum(direction.map((value, k) => value * means[k]!)) < 0 ? -1 : 1;
  return weighted(centred, (k) => direction[k]! * sign);
}

describe.each([
  ["fewer channels than places", [1, 3, 4, 5]],
  ["fewer places than channels", [1, 3, 1, 2]],
  ["one channel", [1, 1, 3, 3]],
] as const)("the first principal direction of %s", (_name, dims) => {
  const [activations, weights] = [normal(dims, 5), normal(dims, 6)];
  const net = direct(weights);

  test("of the activations makes eigenCam", () => {
    const map = mapsOf(net, eigenCam, activations, { layer: "map" });
    close(map.data, principalMap(rowsOf(activations)), 1e-4, "eigenCam");
    close([sum([...map.data])], [0], 1e-9, "the sum of the map");
  });

  test("of the activations times their gradients makes eigenGradCam", () => {
    const map = mapsOf(net, eigenGradCam, activations, { layer: "map" });
    const products = activations.data.map((value, i) => value * weights.data[i]!);
    close(map.data, principalMap(rowsOf(tensor("float64", products, dims))), 1e-4, "eigenGradCam");
  });
});

test.each([6, 30])("eigenCam of %s channels in 12 places is the projection", (channels) => {
  const { graph, anatomy } = classifier(
    (g, x, w) => linearHead(g, features(g, x, w, channels, "a"), w, 3),
    ["N", 3, 8, 6],
  );
  const images = normal([1, 3, 8, 6], 3);
  const activations = evaluate({ ...graph, outputs: ["a"] }, { image: images })["a"]!;
  const map = mapsOf({ graph, anatomy }, eigenCam, images);
  close(map.data, principalMap(rowsOf(activations)), 1e-6, "eigenCam");
});

test("eigenCam turns a map that lies where activations are low", () => {
  const activations = image(
    [
      [0, 0],
      [0, 8],
    ],
    [
      [1, 1],
      [1, 9],
    ],
    [
      [0, 0],
      [0, 0],
    ],
  );
  const map = mapsOf(direct(normal([1, 3, 2, 2], 1)), eigenCam, activations, { layer: "map" });
  close(
    map.data,
    [-2, -2, -2, 6].map((value) => value * Math.SQRT2),
    1e-9,
    "map",
  );
});

test.each([
  ["the same everywhere", [3, 3, 3, 3]],
  ["zero", [0, 0, 0, 0]],
])("eigenCam of activations that are %s is 0", (_name, values) => {
  const activations = tensor("float64", values, [1, 1, 2, 2]);
  const map = mapsOf(direct(normal([1, 1, 2, 2], 1)), eigenCam, activations, { layer: "map" });
  expect([...map.data].map(Math.abs)).toEqual([0, 0, 0, 0]);
});

test.each([1e-12, 1e12])("eigenCam of activations times %s is its map times that", (factor) => {
  const activations = normal([1, 3, 4, 3], 8);
  const net = direct(normal([1, 3, 4, 3], 1));
  const map = mapsOf(net, eigenCam, activations, { layer: "map" });
  const data = activations.data.map((value) => value * factor);
  const scaled = mapsOf(net, eigenCam, { ...activations, data }, { layer: "map" });
  close(
    scaled.data.map((value) => value / factor),
    map.data,
    1e-9,
    "scaled",
  );
});

test("fem counts places by the deviations that it is asked with", () => {
  const activations = image([[0, 0, 0, 1, 2]]);
  const net = direct(normal([1, 1, 1, 5], 1));
  const share = (deviations: number) => {
    const asked = { layer: "map", parameters: { deviations } };
    return mapsOf(net, fem, activations, asked).data.at(-1)! / 2;
  };
  expect([0, 1, 2].map(share)).toEqual([2 / 5, 1 / 5, 0]);
});

const net = classifier((g, x, w) => {
  const map = features(g, x, w, 6, "a");
  const hidden = g.op("Relu", [g.op("Gemm", [g.op("Flatten", [map]), w([384, 8])])]);
  return g.op("Gemm", [hidden, w([8, 3])]);
});

describe.each(methods.map((method) => [method.id, method] as const))("%s", (_id, method) => {
  test("of three classes in one pass is that of each", () => {
    const images = normal([1, 3, 16, 16], 1);
    const together = mapsOf(net, method, images, { classes: [2, 0, 1] });
    expect(together.dims).toEqual([3, 1, 8, 8]);
    const single = [2, 0, 1].map((index) => mapsOf(net, method, images, { classes: [index] }));
    close(
      together.data,
      single.flatMap(({ data }) => [...data]),
      1e-9,
      "stacked maps",
    );
  });

  test("of two images in one batch is that of each", () => {
    const both = normal([2, 3, 16, 16], 1);
    const half = both.data.length / 2;
    const single = [0, 1].map((i) => {
      const data = both.data.subarray(i * half, (i + 1) * half);
      return mapsOf(net, method, tensor("float64", data, [1, 3, 16, 16]), { classes: [1, 2] });
    });
    const together = mapsOf(net, method, both, { classes: [1, 2] });
    expect(together.dims).toEqual([2, 2, 8, 8]);
    const byClass = [0, 1].flatMap((k) =>
      single.flatMap(({ data }) => [...data.subarray(k * 64, (k + 1) * 64)]),
    );
    close(together.data, byClass, 1e-9, "batched maps");
  });

  test("does not depend on how the layer lies in memory", () => {
    const [activations, weights] = [normal([1, 3, 4, 5], 1), normal([2, 3, 4, 5], 2)];
    const [first, last, tokens] = Object.values(lies).map((lie) => {
      const dims = [1, ...lie.dims(3, 4, 5)];
      const isFirst = dims[1] === 3;
      const data = Float64Array.from({ length: 60 }, (_, i) => {
        const [c, p] = isFirst ? [Math.floor(i / 20), i % 20] : [i % 3, Math.floor(i / 3)];
        return activations.data[c * 20 + p]!;
      });
      const laid = tensor("float64", data, dims);
      return mapsOf(direct(weights, lie), method, laid, { classes: [1, 0], layer: "map" });
    });
    expect(first!.dims).toEqual([2, 1, 4, 5]);
    close(last!.data, first!.data, 1e-9, "channels last");
    close(tokens!.data, first!.data, 1e-9, "tokens");
  });
});

test("where the gradient is the same in every place, hiResCam is gradCam", () => {
  const pooled = classifier((g, x, w) => linearHead(g, features(g, x, w, 6, "a"), w, 3));
  const images = normal([1, 3, 16, 16], 1);
  const [one, other] = [gradCam, hiResCam].map((method) => mapsOf(pooled, method, images).data);
  close(other!, one!, 1e-12, "hiResCam");
});

test("where every gradient is at least 0, layerCam is hiResCam and elementWiseCam too", () => {
  const weights = normal([1, 3, 4, 3], 1);
  const activations = normal([1, 3, 4, 3], 2);
  const absolute = (value: Tensor) => ({ ...value, data: value.data.map(Math.abs) });
  const positiveNet = direct(absolute(weights));
  const [one, ...others] = [hiResCam, layerCam, elementWiseCam].map(
    (method) => mapsOf(positiveNet, method, absolute(activations), { layer: "map" }).data,
  );
  for (const other of others) close(other, one!, 1e-12, "map");
});

test("NaN stays NaN", () => {
  const activations = image([[1, NaN, 2, 0]]);
  for (const method of methods) {
    const map = mapsOf(direct(normal([1, 1, 1, 4], 1)), method, activations, { layer: "map" });
    expect(map.data.some(Number.isNaN), method.id).toBe(true);
  }
});
