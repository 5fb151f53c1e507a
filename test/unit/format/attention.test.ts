import { expect, test } from "vitest";
import type { Graph } from "../../../src/explain/graph/graph";
import { tensor } from "../../../src/explain/tensor";
import { checkNode, checkTwiceDifferentiable, openNode, type NodeCase } from "../../helper/oneNode";
import { normal } from "../../helper/random";

const attention = (
  title: string,
  inputs: NodeCase["inputs"],
  attributes: NodeCase["attributes"] = {},
  rest: Partial<NodeCase> = {},
): NodeCase => ({ op: "Attention", opset: 23, title, inputs, attributes, ...rest });

const q = ["N", 2, "L", 4];
const k = ["N", 2, "S", 4];
const v = ["N", 2, "S", 3];
const flat = [
  ["N", "L", 8],
  ["N", "S", 8],
  ["N", "S", 6],
];
const heads = { q_num_heads: 2, kv_num_heads: 2 };
const all = ["float32", "float32", "float32", "float32"] as const;
const floatMask = normal([5, 6], 7, "float32");
const booleans = (dims: number[], f: (i: number) => boolean) =>
  tensor(
    "bool",
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Number(f(i))),
    dims,
  );

const cases: readonly NodeCase[] = [
  attention("4 axes", [q, k, v]),
  attention("3 axes", flat, heads),
  attention("own scale", flat, { ...heads, scale: 0.3 }),
  attention("groups of queries", [["N", 4, "L", 4], k, v]),
  attention("groups of queries, 3 axes", [["N", "L", 16], flat[1], flat[2]], {
    q_num_heads: 4,
    kv_num_heads: 2,
  }),
  attention("softcap", [q, k, v], { softcap: 2 }),
  attention("float mask of two axes", [q, k, v, floatMask]),
  attention("float mask of four axes, fed", [q, k, v, ["N", 1, "L", "S"]]),
  attention("bool mask", [q, k, v, booleans([1, 2, 5, 6], (i) => i % 3 !== 0)]),
  attention("a query without any key", [q, k, v, booleans([5, 6], (i) => i >= 6)]),
  attention("causal", [q, q, q], { is_causal: 1 }),
  attention("causal, more keys", flat, { ...heads, is_causal: 1 }),
  attention("causal and a mask", [q, k, v, floatMask], { is_causal: 1 }),
  attention(
    "past",
    [q, k, v, undefined, ["N", 2, 3, 4], ["N", 2, 3, 3]],
    {},
    { outputs: all.slice(0, 3) },
  ),
  attention(
    "past, causal, 3 axes",
    [...flat, undefined, ["N", 2, 3, 4], ["N", 2, 3, 3]],
    { ...heads, is_causal: 1 },
    { outputs: all.slice(0, 3) },
  ),
  ...[0, 1, 2, 3].map((mode) =>
    attention(
      `scores, mode ${mode}`,
      [q, k, v, floatMask],
      { qk_matmul_output_mode: mode, softcap: 1.5 },
      { outputs: ["float32", "", "", "float32"] },
    ),
  ),
  attention("softmax in float32", [q, k, v], { softmax_precision: 1 }),
  attention(
    "of opset 24, padded keys",
    [q, k, v, undefined, undefined, undefined, tensor("int64", [4, 6])],
    {},
    { opset: 24, fixedBatch: true },
  ),
];

test.each(cases.map((item) => [item.title, item] as const))(
  "Attention: %s",
  async (_title, item) => {
    expectVisible(await checkNode(item));
  },
);

test.each(cases.map((item) => [item.title, item] as const))(
  "Attention: %s has finite gradients of first and second order",
  async (_title, item) => {
    await checkTwiceDifferentiable(item);
  },
);

/** One Softmax over [N, heads, L, S] between two MatMul. */
function expectVisible(graph: Graph): void {
  const softmaxes = graph.nodes.filter(({ op }) => op === "Softmax");
  expect(softmaxes).toHaveLength(1);
  expect(graph.types.get(softmaxes[0]!.outputs[0]!)!.dims).toHaveLength(4);
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(softmaxes[0]!.outputs[0]!));
  expect(readers[0]!.op).toBe("MatMul");
}

const table = (seed: number) => normal([9, 2], seed, "float32");
const each = (seed: number) => normal([2, 5, 2], seed, "float32");
const ids = tensor("int64", [0, 3, 1, 2, 7, 8, 4, 5, 6, 0], [2, 5]);

const rotaryCases: readonly Omit<NodeCase, "op">[] = [
  { title: "4 axes, positions", inputs: [["N", 2, "L", 4], table(1), table(2), ids] },
  { title: "4 axes, a row per token", inputs: [["N", 2, "L", 4], each(1), each(2)] },
  {
    title: "3 axes, interleaved",
    inputs: [["N", "L", 8], table(1), table(2), ids],
    attributes: { num_heads: 2, interleaved: 1 },
  },
  {
    title: "part of each head",
    inputs: [["N", 2, "L", 7], table(1), table(2), ids],
    attributes: { rotary_embedding_dim: 4 },
  },
];

test.each(rotaryCases.map((item) => [item.title, item] as const))(
  "RotaryEmbedding: %s",
  async (_title, item) => {
    await checkNode({ ...item, op: "RotaryEmbedding", opset: 23 });
  },
);

test.each(["LinearAttention", "TensorScatter"])(
  "%s, which generators of text need, is refused with what to do",
  async (op) => {
    const opened = openNode({ op, opset: 28, inputs: [["N", 2, "L", 4], q] });
    await expect(opened).rejects.toThrow(
      `operator ${op} (node “node”) is not supported; replace it by supported operators`,
    );
  },
);
