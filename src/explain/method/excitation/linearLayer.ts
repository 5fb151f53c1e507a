import type { Dim, Node } from "../../graph/graph";
import { liveInputs, type Way } from "./way";

/** What multiplies the output channels of a layer: a number, or a constant with one number for each channel. */
export type Factor = number | string;

/** A layer with constant weights, with what scales its results behind it: a normalization that is folded into it. */
export interface LinearLayer {
  /** Conv, ConvTranspose, Gemm or MatMul. */
  readonly node: Node;
  /** Which of its first two inputs the image has a part in; the other holds the weights. */
  readonly at: number;
  readonly factors: readonly Factor[];
}

const weighted: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);

/** The layer that a node is by itself; `undefined` where its weights are not constant, or it has none. */
export function layerOf(way: Way, node: Node): LinearLayer | undefined {
  if (!weighted.has(node.op)) return undefined;
  const [at, ...others] = liveInputs(way, node);
  const last = node.op.startsWith("Conv") ? 0 : 1;
  if (at === undefined || others.length > 0 || at > last) return undefined;
  return { node, at, factors: [] };
}

/**
 * The layer that a normalization, or another product with constants, is folded into: the one before it, with nothing but such products and constant sums between.
 * `undefined` where there is none. Values of `kept` stay apart from what is behind them.
 */
export function foldedLayer(
  way: Way,
  node: Node,
  kept: ReadonlySet<string>,
): LinearLayer | undefined {
  const [at, ...others] = liveInputs(way, node);
  const value = at === undefined ? "" : node.inputs[at]!;
  const maker = way.maker(value);
  if (!maker || others.length > 0 || kept.has(value)) return undefined;
  const factor = factors[node.op]?.(node, at!);
  if (factor === undefined) return undefined;
  const layer = layerOf(way, maker) ?? foldedLayer(way, maker, kept);
  return layer && isByChannel(way, layer, node, factor)
    ? { ...layer, factors: [...layer.factors, factor] }
    : undefined;
}

/** What a node multiplies its one live input with, number `at`, but for positive factors. */
const factors: Readonly<Record<string, (node: Node, at: number) => Factor | undefined>> = {
  BatchNormalization: ({ inputs }) => inputs[1]!,
  Mul: ({ inputs }, at) => inputs[1 - at]!,
  Div: ({ inputs }, at) => (at === 0 ? inputs[1]! : undefined),
  Neg: () => -1,
  Add: () => 1,
  Sub: (_node, at) => (at === 0 ? 1 : -1),
};

/** Whether a factor is one number for each output channel of the layer, or one for all. */
function isByChannel(
  { graph: { types } }: Way,
  { node, at }: LinearLayer,
  scaling: Node,
  factor: Factor,
): boolean {
  const dims = types.get(node.outputs[0]!)!.dims;
  if (types.get(scaling.outputs[0]!)!.dims.length !== dims.length) return false;
  if (typeof factor === "number") return true;
  const own = types.get(factor)!.dims;
  if (own.every((dim) => dim === 1)) return true;
  if (node.op === "ConvTranspose" || at !== 0) return false;
  const channels = node.op === "Conv" ? 1 : dims.length - 1;
  if (scaling.op === "BatchNormalization") return channels === 1;
  return own.every((dim, i) => dim === 1 || isAt(i, own, dims, channels));
}

function isAt(axis: number, own: readonly Dim[], dims: readonly Dim[], channels: number): boolean {
  return axis + dims.length - own.length === channels && own[axis] === dims[channels];
}
