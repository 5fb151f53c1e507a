import { describe, expect, test } from "vitest";
import { flatten } from "../../../src/explain/method/helper/activation";
import type { Target } from "../../../src/explain/method/method";
import { Builder } from "../../../src/explain/graph/builder";
import type { Dim } from "../../../src/explain/graph/graph";
import { followLayouts } from "../../../src/explain/model/layout/follow";
import { gridOf } from "../../../src/explain/model/layout/layout";
import { tensor } from "../../../src/explain/tensor";
import { evaluate } from "../../../src/explain/runtime/reference";
import { classifier, features, named } from "../../helper/classifier";
import { normal } from "../../helper/random";

/** A map [N,6,8,12]; what `build` makes of it is brought to [N,C,h·w]. */
function flattened(build: (g: Builder, map: string) => string, batch: Dim = "N") {
  const g = new Builder("test");
  const map = g.input("map", "float64", [batch, 6, 8, 12]);
  const value = build(g, map);
  const layouts = followLayouts(g.finish([value]), map, "NCHW", value);
  const layout = layouts.of(value);
  const grid = layout && gridOf(layout);
  if (!grid) return { grid: undefined };
  const target = { layer: value, anatomy: { layouts } } as unknown as Target;
  const { flat } = flatten(g, value, target, false);
  const images = normal([batch === "N" ? 2 : 1, 6, 8, 12], 3);
  const result = evaluate(g.finish([flat]), { map: images })[flat]!;
  return { grid, result, images };
}

const nhwc = (g: Builder, map: string) => g.op("Transpose", [map], { perm: [0, 2, 3, 1] });
const tokens = (g: Builder, map: string) =>
  g.op("Transpose", [g.reshape(map, [g.dims(map)[0]!, 6, 96])], { perm: [0, 2, 1] });

/** [N,8,12,6] → [N·2·3, 4·4, 6] */
const windows = (g: Builder, map: string) => {
  const apart = g.reshape(nhwc(g, map), [g.dims(map)[0]!, 2, 4, 3, 4, 6]);
  const ordered = g.op("Transpose", [apart], { perm: [0, 1, 3, 2, 4, 5] });
  return g.op("Reshape", [ordered, g.ints([-1, 16, 6])]);
};

const rolled = (g: Builder, x: string, by: number, axis: number) => {
  const slice = (from: number, to: number) =>
    g.op("Slice", [x, g.ints([from]), g.ints([to]), g.ints([axis])]);
  const size = g.dims(x)[axis] as number;
  return g.op("Concat", [slice(by, size), slice(0, by)], { axis });
};

const withTokens = (g: Builder, grid: string, lead: number, trail: number) => {
  const extra = (count: number) => {
    const ones = g.constant(normal([1, count, 6], count));
    const shape = g.op(
      "Concat",
      [g.op("Shape", [grid], { start: 0, end: 1 }), g.ints([count, 6])],
      {
        axis: 0,
      },
    );
    return g.op("Expand", [ones, shape]);
  };
  const parts = [...(lead ? [extra(lead)] : []), grid, ...(trail ? [extra(trail)] : [])];
  return g.op("Concat", parts, { axis: 1 });
};

/** Two copies of the map on top of each other, each sampled where the map itself says (at its own places), of which the first is taken. */
const sampled = (g: Builder, map: string) => {
  const [batch] = g.dims(map);
  const one = g.op("Slice", [map, g.ints([0]), g.ints([1]), g.ints([1])]);
  const zeros = g.op("Mul", [g.op("Concat", [one, one], { axis: 1 }), g.scalar(0, map)]);
  const rows = g.reshape(zeros, [batch!, 16, 12, 1]);
  const middle = (i: number, size: number) => (2 * i + 1) / size - 1;
  const places = Array.from({ length: 2 * 8 * 12 }, (_, i) => [
    middle(i % 12, 12),
    middle(Math.floor(i / 12) % 8, 8),
  ]);
  const grid = g.op("Add", [rows, g.constant(tensor("float64", places.flat(), [1, 16, 12, 2]))]);
  const copies = g.op("GridSample", [map, grid], { mode: "nearest" });
  const first = g.constant(tensor("int64", [0], []));
  return g.op("Gather", [g.reshape(copies, [batch!, 6, 2, 96]), first], { axis: 2 });
};

const forms: [claim: string, build: (g: Builder, map: string) => string][] = [
  ["channels first", (_g, map) => map],
  ["channels last", nhwc],
  ["columns before rows", (g, map) => g.op("Transpose", [map], { perm: [0, 3, 2, 1] })],
  ["tokens in a row", tokens],
  ["tokens of all images in a row", (g, map) => g.op("Reshape", [tokens(g, map), g.ints([-1, 6])])],
  ["heads beside tokens", (g, map) => g.op("Reshape", [tokens(g, map), g.ints([0, 96, 2, 3])])],
  ["tokens behind a class token", (g, map) => withTokens(g, tokens(g, map), 1, 0)],
  [
    "tokens behind a class token and before registers",
    (g, map) => withTokens(g, tokens(g, map), 1, 4),
  ],
  [
    "tokens behind a class token, of all images in a row",
    (g, map) => g.op("Reshape", [withTokens(g, tokens(g, map), 2, 1), g.ints([-1, 6])]),
  ],
  [
    "tokens of which the class token was taken off again",
    (g, map) =>
      g.op("Slice", [withTokens(g, tokens(g, map), 1, 4), g.ints([1]), g.ints([-4]), g.ints([1])]),
  ],
  ["windows", windows],
  ["windows of windows", (g, map) => g.op("Reshape", [windows(g, map), g.ints([-1, 2, 8, 6])])],
  [
    "windows of a map turned by two rows and three columns",
    (g, map) => windows(g, rolled(g, rolled(g, map, 2, 2), 3, 3)),
  ],
  [
    "the number of the window and the row within it, as another number of a window and another row",
    (g, map) => {
      const apart = g.reshape(map, [g.dims(map)[0]!, 6, 4, 2, 12]);
      return g.op("Reshape", [apart, g.ints([-1, 6, 2, 4, 3, 4])]);
    },
  ],
  ["copies sampled at places that the map itself makes", sampled],
  ["a map turned and turned back", (g, map) => rolled(g, rolled(g, map, 5, 2), 3, 2)],
  ["a tenth of each number", (g, map) => g.op("Mul", [windows(g, map), g.scalar(1, map)])],
];

describe("a map is read in the order of the image, however its axes lie:", () => {
  for (const [claim, build] of forms) {
    for (const batch of ["N", 1] as const) {
      test(`${claim}, ${batch === 1 ? "a batch of 1" : "any batch"}`, () => {
        const { grid, result, images } = flattened(build, batch);
        expect(grid).toMatchObject({ height: 8, width: 12, channels: 6 });
        expect(result!.dims).toEqual([images!.dims[0], 6, 96]);
        expect(Array.from(result!.data)).toEqual(Array.from(images!.data));
      });
    }
  }
});

test("the rows of patches that were turned in a circle are turned back by as many patches", () => {
  const inPairs = (g: Builder, map: string) => {
    const apart = g.reshape(rolled(g, map, 2, 2), [g.dims(map)[0]!, 6, 4, 2, 12]);
    return g.op("ReduceMean", [apart, g.ints([3])], { keepdims: 0 });
  };
  const { grid, result, images } = flattened(inPairs);
  expect(grid).toMatchObject({ height: 4, width: 12, channels: 6 });
  const mean = (i: number) => {
    const at = Math.floor(i / 12) * 24 + (i % 12);
    return (images!.data[at]! + images!.data[at + 12]!) / 2;
  };
  Array.from(result!.data).forEach((value, i) => expect(value).toBeCloseTo(mean(i), 12));
});

test("what weights make of tokens are channels", () => {
  const g = new Builder("test");
  const map = g.input("map", "float64", ["N", 6, 8, 12]);
  const product = g.op("MatMul", [tokens(g, map), g.constant(normal([6, 5], 1))]);
  const layouts = followLayouts(g.finish([product]), map, "NCHW", product);
  const kinds = layouts.of(product)!.map((axis) => axis.map(({ kind }) => kind));
  expect(kinds).toEqual([["batch"], ["height", "width"], ["channel"]]);
});

const lost: [claim: string, build: (g: Builder, map: string) => string][] = [
  ["a flattened map is a vector of features", (g, map) => g.op("Flatten", [map])],
  ["pooled to one place", (g, map) => g.op("GlobalAveragePool", [map])],
  ["averaged over the tokens", (g, map) => g.op("ReduceMean", [tokens(g, map), g.ints([1])])],
  [
    "attention from every place to every place has two grids",
    (g, map) => {
      const keys = g.op("Transpose", [tokens(g, map)], { perm: [0, 2, 1] });
      return g.op("MatMul", [tokens(g, map), keys]);
    },
  ],
  [
    "a class token",
    (g, map) => g.op("Gather", [withTokens(g, tokens(g, map), 1, 0), g.ints([0])], { axis: 1 }),
  ],
  [
    "mixed over the tokens",
    (g, map) => {
      const mixing = g.constant(normal([50, 96], 5));
      return g.op("MatMul", [mixing, tokens(g, map)]);
    },
  ],
];

describe("no map of rows and columns:", () => {
  for (const [claim, build] of lost) {
    test(claim, () => expect(flattened(build).grid).toBeUndefined());
  }
});

/** patches → class token → attention block → class token → logits, as a vision transformer of one block. */
function transformer(head: "class token" | "average" | "query", detours = false) {
  return classifier((g, x, w) => {
    const map = features(g, x, w, 6, "patches");
    const [batch] = g.dims(map);
    const grid = g.op("Transpose", [g.reshape(map, [batch!, 6, 64])], { perm: [0, 2, 1] });
    const all = head === "class token" ? withTokens(g, grid, 1, 0) : grid;
    const normed = named(g, "norm1", "LayerNormalization", [all, w([6])], { axis: -1 });
    const moved = detours ? g.op("Transpose", [normed], { perm: [1, 0, 2] }) : normed;
    const [q, k, v] = [0, 1, 2].map((part) => {
      const product = g.op("MatMul", [moved, w([6, 6])]);
      if (!detours) return product;
      // The batch back in front, by sizes that are computed; keys turned by their position.
      const back = g.op("Transpose", [product], { perm: [1, 0, 2] });
      const same = g.op("Reshape", [back, g.op("Shape", [back])]);
      const turned = () => g.op("Mul", [same, w([1, g.dims(all)[1] as number, 6])]);
      return part === 1 ? g.op("Add", [turned(), turned()]) : same;
    });
    const scores = g.op("MatMul", [q!, g.op("Transpose", [k!], { perm: [0, 2, 1] })]);
    const attended = g.op("MatMul", [g.op("Softmax", [scores], { axis: -1 }), v!]);
    const block = named(g, "block", "Add", [all, attended]);
    const last = named(g, "norm", "LayerNormalization", [block, w([6])], { axis: -1 });
    if (head === "average") {
      const mean = g.op("ReduceMean", [last, g.ints([1])], { keepdims: 0 });
      return named(g, "logits", "MatMul", [mean, w([6, 3])]);
    }
    const first = head === "query" ? pooledByQuery(g, last, w) : last;
    const token = g.op(
      "Gather",
      [first, g.constant({ type: "int64", dims: [], data: new Float64Array([0]) })],
      { axis: 1 },
    );
    return named(g, "logits", "MatMul", [token, w([6, 3])]);
  });
}

function pooledByQuery(g: Builder, x: string, w: (dims: number[]) => string): string {
  const keys = g.op("Transpose", [g.op("MatMul", [x, w([6, 6])])], { perm: [0, 2, 1] });
  const attention = g.op("Softmax", [g.op("MatMul", [w([1, 1, 6]), keys])], { axis: -1 });
  return g.op("MatMul", [attention, g.op("MatMul", [x, w([6, 6])])]);
}

describe("the default layer of a transformer is", () => {
  const find = (head: Parameters<typeof transformer>[0]) => {
    const { layers, layerReason } = transformer(head).anatomy;
    return { layer: layers.find((candidate) => candidate.default)!, layers, layerReason };
  };

  test("the normalization before the last attention, where a class token is read", () => {
    const { layer, layers, layerReason } = find("class token");
    expect(layer).toMatchObject({ name: "norm1", channels: 6, height: 8, width: 8, reached: true });
    expect(layerReason).toMatch(/read by the last attention/);
    const behind = layers.filter(({ name }) => name === "block" || name === "norm");
    expect(behind.map(({ reached }) => reached)).toEqual([false, false]);
  });

  test("the same behind transposes, computed sizes and turned keys", () => {
    const { layers } = transformer("class token", true).anatomy;
    expect(layers.find((candidate) => candidate.default)!.name).toBe("norm1");
    expect(layers.find(({ name }) => name === "block")!.reached).toBe(false);
  });

  test("the last normalization, where tokens are averaged", () => {
    expect(find("average").layer).toMatchObject({ name: "norm", op: "LayerNormalization" });
    expect(find("average").layerReason).toMatch(/before the classifier.*read by ReduceMean/);
    expect(transformer("average").anatomy.camHead).toMatchObject({ layer: "norm" });
  });

  test("the last normalization, where a learned query reads the tokens", () => {
    expect(find("query").layer.name).toBe("norm");
  });
});
