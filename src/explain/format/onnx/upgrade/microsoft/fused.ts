import type { Builder } from "../../../../graph/builder";
import type { Attributes, Node } from "../../../../graph/graph";
import { maybeFloat } from "../../../../op/helper/attribute";
import { transposed } from "../../../../op/helper/matrix";
import type { Refuse } from "../../attribute";
import { numberOf } from "../helper/attribute";
import { channelsFirst, last, permuted } from "../helper/step";
import type { Upgrade } from "../upgrade";
import { activated } from "./activation";

/** Convolution, then a sum with Z, then an activation. */
function fusedConv(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, w, bias, residual] = node.inputs;
  const conv = g.op("Conv", [x!, w!, ...(bias ? [bias] : [])], unfused(node));
  const sum = residual ? g.op("Add", [conv, residual]) : conv;
  const parameters = (node.attributes.activation_params ?? []) as readonly number[];
  return activated(g, node, sum, parameters, refuse);
}

/** The same on channels-last data; `kernels` brings the kernels into the usual order. */
const onChannelsLast =
  (kernels: (g: Builder, w: string) => string): Upgrade =>
  (g, node, refuse) => {
    const [x, w, bias = "", residual] = node.inputs;
    const inputs = [channelsFirst(g, x!), kernels(g, w!), bias];
    if (residual) inputs.push(channelsFirst(g, residual));
    const inner = { ...node, inputs, outputs: [`${node.outputs[0]!}/channelsFirst`] };
    const made = fusedConv(g, inner, refuse);
    g.append({ ...made, name: `${node.name}/channelsFirst` });
    return last(node, "Transpose", [made.outputs[0]!], { perm: [0, 2, 3, 1] });
  };

function channelsLastMaxPool(g: Builder, node: Node): Node {
  const pooled = g.op("MaxPool", [channelsFirst(g, node.inputs[0]!)], node.attributes);
  return last(node, "Transpose", [pooled], { perm: [0, 2, 3, 1] });
}

function fusedGemm(g: Builder, node: Node, refuse: Refuse): Node {
  const gemm = g.op("Gemm", node.inputs, unfused(node));
  return activated(g, node, gemm, namedParameters(node), refuse);
}

/** alpha, beta, gamma of an activation, of which its operator has some. */
function namedParameters(node: Node): number[] {
  const given = ["alpha", "beta", "gamma"].map((name) => maybeFloat(node, `activation_${name}`));
  return given.filter((value) => value !== undefined);
}

/** The attributes that are not the activation's. */
function unfused(node: Node): Attributes {
  const own = Object.entries(node.attributes).filter(([name]) => !name.startsWith("activation"));
  return Object.fromEntries(own);
}

/** alpha · A · B, each transposed first where asked for. */
function fusedMatMul(g: Builder, node: Node): Node {
  const product = ["A", "B"].map((side, i) => {
    const { [`transBatch${side}`]: batch, [`trans${side}`]: matrix } = node.attributes;
    const moved = batch ? batchInFront(g, node.inputs[i]!) : node.inputs[i]!;
    return matrix ? transposed(g, moved) : moved;
  });
  const alpha = numberOf(node, "alpha", 1);
  if (alpha === 1) return last(node, "MatMul", product);
  const unscaled = g.op("MatMul", product);
  return last(node, "Mul", [unscaled, g.scalar(alpha, unscaled)]);
}

/** [n, …batch, k] → […batch, n, k] */
function batchInFront(g: Builder, x: string): string {
  const rank = g.dims(x).length;
  const batch = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return permuted(g, x, [...batch, 0, rank - 1]);
}

function fusedMatMulActivation(g: Builder, node: Node, refuse: Refuse): Node {
  const product = { ...node, outputs: [`${node.outputs[0]!}/product`] };
  const made = fusedMatMul(g, product);
  g.append({ ...made, name: `${node.name}/product` });
  return activated(g, node, made.outputs[0]!, namedParameters(node), refuse);
}

export const fused: Readonly<Record<string, Upgrade>> = {
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  FusedMatMulActivation: fusedMatMulActivation,
  NhwcConv: onChannelsLast(channelsFirst),
  NhwcFusedConv: onChannelsLast((_g, w) => w),
  NhwcMaxPool: channelsLastMaxPool,
  TransposeMatMul: fusedMatMul,
};
