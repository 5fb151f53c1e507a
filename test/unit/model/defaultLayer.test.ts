import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { classifier, features, named } from "../../helper/classifier";

type Weight = (dims: number[]) => string;

/** [N,T,C] → linear layer over all tokens of all images in a row, [N·T,C], as onnxruntime's optimizer and Keras write it. */
function flatLinear(g: Builder, x: string, w: Weight, size: number): string {
  const [, tokens, channels] = g.dims(x) as [string, number, number];
  const rows = g.op("Reshape", [x, g.ints([-1, channels])]);
  const product = g.op("Gemm", [rows, w([channels, size]), w([size])]);
  return g.op("Reshape", [product, g.ints([-1, tokens, size])]);
}

/** Self-attention of one head with flat linear layers. */
function attention(g: Builder, x: string, w: Weight): string {
  const channels = g.dims(x)[2] as number;
  const [q, k, v] = [0, 1, 2].map(() => flatLinear(g, x, w, channels));
  const scores = g.op("MatMul", [q!, g.op("Transpose", [k!], { perm: [0, 2, 1] })]);
  return g.op("MatMul", [g.op("Softmax", [scores], { axis: -1 }), v!]);
}

/** [N,C,h,w] → [N,1+h·w,C], a class token in front. */
function withClassToken(g: Builder, map: string, w: Weight): string {
  const [batch, channels, height, width] = g.dims(map) as [string, number, number, number];
  const rows = g.reshape(map, [batch, channels, height * width]);
  const grid = g.op("Transpose", [rows], { perm: [0, 2, 1] });
  const size = g.op(
    "Concat",
    [g.op("Shape", [grid], { start: 0, end: 1 }), g.ints([1, channels])],
    {
      axis: 0,
    },
  );
  return g.op("Concat", [g.op("Expand", [w([1, 1, channels]), size]), grid], { axis: 1 });
}

/** A vision transformer of one block with a class token, every linear layer of all tokens in a row. */
function flatTransformer() {
  return classifier((g, x, w) => {
    const tokens = withClassToken(g, features(g, x, w, 6, "patches"), w);
    const normed = named(g, "norm1", "LayerNormalization", [tokens, w([6])], { axis: -1 });
    const attended = named(g, "attended", "Add", [tokens, attention(g, normed, w)]);
    const again = named(g, "norm2", "LayerNormalization", [attended, w([6])], { axis: -1 });
    const hidden = named(g, "hidden", "Relu", [flatLinear(g, again, w, 12)]);
    const block = named(g, "block", "Add", [attended, flatLinear(g, hidden, w, 6)]);
    const token = g.op("Gather", [block, g.ints([0])], { axis: 1 });
    const flat = g.op("Flatten", [token]);
    return named(g, "logits", "MatMul", [flat, w([6, 3])]);
  });
}

function defaultOf({ anatomy: { layers, layerReason } }: ReturnType<typeof classifier>) {
  return { ...layers.find((layer) => layer.default)!, reason: layerReason };
}

describe("where linear layers take the tokens of all images in a row", () => {
  test("the default is what the last attention reads", () => {
    expect(defaultOf(flatTransformer())).toMatchObject({ name: "norm1", channels: 6 });
  });

  test("no layer behind the last attention is reached", () => {
    const reached = flatTransformer().anatomy.layers.filter((layer) => layer.reached);
    const names = reached.map(({ name }) => name);
    for (const behind of ["attended", "norm2", "hidden", "block"])
      expect(names).not.toContain(behind);
  });
});

/** Two maps, `first` 4×8×8 and `second` 6×4×4, and what `head` makes of the second: [N,…] features, then logits. */
function twoMaps(head: (g: Builder, map: string, w: Weight) => string) {
  return classifier((g, x, w) => {
    const second = features(g, features(g, x, w, 4, "first"), w, 6, "second");
    const flat = g.op("Flatten", [head(g, second, w)]);
    return named(g, "logits", "MatMul", [flat, w([g.dims(flat)[1] as number, 3])]);
  });
}

const inRows = (g: Builder, map: string) => g.reshape(map, [g.dims(map)[0]!, g.dims(map)[1]!, 16]);
const turned = (g: Builder, x: string) => g.op("Transpose", [x], { perm: [0, 2, 1] });

const poolings: [claim: string, head: (g: Builder, map: string, w: Weight) => string][] = [
  ["bilinear pooling", (g, map) => g.op("MatMul", [inRows(g, map), turned(g, inRows(g, map))])],
  [
    "covariance pooling",
    (g, map) => {
      const rows = inRows(g, map);
      const centred = g.op("Sub", [rows, g.op("ReduceMean", [rows, g.ints([2])])]);
      return g.op("MatMul", [centred, turned(g, centred)]);
    },
  ],
  [
    "sums by soft clusters",
    (g, map, w) => {
      const clusters = inRows(g, g.op("Conv", [map, w([3, 6, 1, 1])]));
      const share = named(g, "share", "Softmax", [clusters], { axis: 1 });
      return g.op("MatMul", [share, turned(g, inRows(g, map))]);
    },
  ],
];

describe("where a product sums over places without attention, the default is the last map:", () => {
  for (const [claim, head] of poolings) {
    test(claim, () => {
      const { name, reason } = defaultOf(twoMaps(head));
      expect(name).toBe("second");
      expect(reason).toMatch(/^The last spatial map before the classifier: .*, read by MatMul\.$/);
    });
  }
});

/** A learned query reads the map by the weights that `weigh` makes of its products with the places. */
const queried = (weigh: (g: Builder, scores: string) => string) =>
  twoMaps((g, map, w) => {
    const rows = turned(g, inRows(g, map));
    const keys = turned(g, g.op("MatMul", [rows, w([6, 6])]));
    const weights = weigh(g, g.op("MatMul", [w([1, 2, 6]), keys]));
    return g.op("MatMul", [weights, g.op("MatMul", [rows, w([6, 6])])]);
  });

describe("where a learned query reads the places by attention, the default is what keys and values are made of:", () => {
  test("a softmax", () => {
    const { name, reason } = defaultOf(queried((g, x) => g.op("Softmax", [x], { axis: -1 })));
    expect(name).toBe("second");
    expect(reason).toMatch(/read by the last attention/);
  });

  test("a softmax that is rounded by scales of its own", () => {
    const weigh = (g: Builder, x: string) => {
      const weights = g.op("Cast", [g.op("Softmax", [x], { axis: -1 })], { to: "float32" });
      const rounded = g.op("DequantizeLinear", g.ops("DynamicQuantizeLinear", [weights], 3));
      return g.op("Cast", [rounded], { to: "float64" });
    };
    expect(defaultOf(queried(weigh)).reason).toMatch(/read by the last attention/);
  });

  test("a softmax taken apart", () => {
    const weigh = (g: Builder, x: string) => {
      const above = g.op("Exp", [x]);
      return g.op("Div", [above, g.op("ReduceSum", [above, g.ints([2])])]);
    };
    expect(defaultOf(queried(weigh)).reason).toMatch(/read by the last attention/);
  });
});

test("a convolution of each channel by itself pools keys that are made already", () => {
  const { name } = defaultOf(
    twoMaps((g, map, w) => {
      const made = named(g, "made", "Conv", [map, w([6, 6, 1, 1])]);
      const pooling = { group: 6, strides: [2, 2] };
      const pooled = g.op("Conv", [made, w([6, 1, 2, 2])], pooling);
      const keys = g.reshape(pooled, [g.dims(pooled)[0]!, 6, 4]);
      const weights = g.op("Softmax", [g.op("MatMul", [w([1, 2, 6]), keys])], { axis: -1 });
      return g.op("MatMul", [weights, turned(g, keys)]);
    }),
  );
  expect(name).toBe("second");
});

test("a map that attention reads without a linear layer is the default itself, not what made it", () => {
  const { name } = defaultOf(
    twoMaps((g, map, w) => {
      const scores = inRows(g, g.op("Conv", [map, w([1, 6, 1, 1])]));
      const weights = g.op("Softmax", [scores], { axis: -1 });
      return g.op("MatMul", [weights, turned(g, inRows(g, map))]);
    }),
  );
  expect(name).toBe("second");
});

test("the reader that the reason names is one that computes with the map, not one that asks for its size", () => {
  const { reason } = defaultOf(
    twoMaps((g, map) => {
      const size = g.op("Concat", [g.op("Shape", [map], { start: 0, end: 2 }), g.ints([-1])], {
        axis: 0,
      });
      return g.op("ReduceMax", [g.op("Reshape", [map, size]), g.ints([2])], { keepdims: 0 });
    }),
  );
  expect(reason).toMatch(/read by ReduceMax/);
});

describe("of an operator that is taken apart", () => {
  /** `second` is multiplied with weights in steps of which only those in `own` have a name in the file. */
  const shown = (own: readonly string[]) => {
    const { graph } = twoMaps((g, map, w) => {
      const last = named(g, "step1", "Transpose", [map], { perm: [0, 2, 3, 1] });
      const product = named(g, "step2", "MatMul", [last, w([6, 5])]);
      const back = named(g, "step3", "Transpose", [product], { perm: [0, 3, 1, 2] });
      return g.op("ReduceMean", [back, g.ints([2, 3])], { keepdims: 0 });
    });
    const names = new Set(["first", "second", "logits", ...own]);
    const input = findImageInput(graph, "test.onnx");
    return { graph, anatomy: findAnatomy(graph, input, "test.onnx", undefined, names) };
  };

  test("only the value that the file names is a layer, with the operator that made its numbers", () => {
    const found = shown(["step3"]);
    expect(found.anatomy.layers.map(({ name }) => name)).toEqual(["first", "second", "step3"]);
    expect(defaultOf(found)).toMatchObject({ name: "step3", op: "MatMul", channels: 5 });
  });

  test("without any name the layer before it is the default", () => {
    expect(defaultOf(shown([]))).toMatchObject({ name: "second", default: true });
  });
});
