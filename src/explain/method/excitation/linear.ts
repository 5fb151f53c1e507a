import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import type { Backward, Step } from "../../op/op";
import { scale } from "../../op/helper/rule";
import { tensor } from "../../tensor";
import type { Factor, LinearLayer } from "./linearLayer";
import { perUnit, tiny, vjpOf } from "./share";
import { isNonNegative } from "./sign";
import type { Way } from "./way";

/**
 * The rule for layers with weights, p' = x ⊙ fᵀ(w⁺, p ⊘ f(x, w⁺)) with w⁺ = max(w, 0) and no bias — Zhang et al., ECCV 2016, equation 1 and §3.2. Where x may be negative
 * its negative part counts with the negative part of the weights, since two negatives excite too (zennit's ZPlus).
 *
 * @param isDual negates the weights first: the layer's dual units.
 */
export function winnersOf(way: Way, layer: LinearLayer, isDual: boolean): Step {
  const { node, at } = layer;
  const x = node.inputs[at]!;
  return {
    inputs: [x],
    vjp: (g, backward) => [
      () => {
        const weights = signed(g, layer, isDual);
        const parts = isNonNegative(way, x)
          ? [{ x, weights: g.op("Relu", [weights]) }]
          : [1, -1].map((sign) => part(g, x, weights, sign));
        const z = parts
          .map((one, i) => forward(g, layer, one, i === 0))
          .reduce((sum, one) => g.op("Add", [sum, one]));
        const share = perUnit(g, backward.dy, z);
        return parts
          .map((one) => g.op("Mul", [backwardBy(g, layer, one, share, backward), one.x]))
          .reduce((sum, one) => g.op("Add", [sum, one]));
      },
    ],
  };
}

/** Numbers of one sign, and the weights through which they excite; both as they are ≥ 0. */
interface Part {
  readonly x: string;
  readonly weights: string;
}

function part(g: Builder, x: string, weights: string, sign: number): Part {
  const of = (value: string) => g.op("Relu", [scale(g, value, sign)]);
  return { x: of(x), weights: of(weights) };
}

/** The weights with the signs of all that scales the layer's results; positive factors cancel out of the rule. */
function signed(g: Builder, layer: LinearLayer, isDual: boolean): string {
  const { node, at, factors } = layer;
  const { op, inputs, attributes } = node;
  const own = op === "Gemm" && (attributes["alpha"] as number) < 0;
  const weights = scale(g, inputs[1 - at]!, own === isDual ? 1 : -1);
  const along = (factor: Factor) => alongOutputs(g, layer, factor);
  return factors.map(along).reduce((value, factor) => g.op("Mul", [value, factor]), weights);
}

/** A factor of the layer's output channels, in the shape in which it multiplies the weights. */
function alongOutputs(g: Builder, { node, at }: LinearLayer, factor: Factor): string {
  if (typeof factor === "number") return g.scalar(factor, node.inputs[at]!);
  const weights = g.dims(node.inputs[1 - at]!);
  const count = g.dims(factor).reduce<number>((product, dim) => product * (dim as number), 1);
  if (count === 1) return g.reshape(factor, []);
  const isFirst = node.op === "Conv" || node.attributes["transB"] === 1;
  const axis = isFirst ? 0 : weights.length - 1;
  return g.reshape(
    factor,
    weights.map((_, i) => (i === axis ? count : 1)),
  );
}

/** f(x, w), with {@link tiny} as its bias: that costs no pass of its own. */
function forward(g: Builder, layer: LinearLayer, { x, weights }: Part, isFirst: boolean): string {
  const { op, outputs } = layer.node;
  const operands = layer.at === 0 ? [x, weights] : [weights, x];
  const { attributes } = unscaled(layer.node);
  if (!isFirst) return g.op(op, operands, attributes);
  if (op === "MatMul") {
    const product = g.op(op, operands, attributes);
    return g.op("Add", [product, g.scalar(tiny, x)]);
  }
  const count = op === "Gemm" ? 1 : (g.dims(outputs[0]!)[1] as number);
  const bias = g.constant(tensor(g.type(x), new Array<number>(count).fill(tiny)));
  return g.op(op, [...operands, bias], attributes);
}

function backwardBy(
  g: Builder,
  { node, at }: LinearLayer,
  { x, weights }: Part,
  dy: string,
  { outputs }: Backward,
): string {
  const inputs = at === 0 ? [x, weights] : [weights, x];
  return vjpOf(node)(g, { node: unscaled(node), inputs, outputs, dys: [dy], dy })[at]!();
}

function unscaled(node: Node): Node {
  return node.op === "Gemm"
    ? { ...node, attributes: { ...node.attributes, alpha: 1, beta: 1 } }
    : node;
}
