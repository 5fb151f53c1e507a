import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
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
