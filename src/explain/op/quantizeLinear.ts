import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import type { Node } from "../graph/graph";
import { zeros, type DType } from "../tensor";
import { halfToEven } from "./helper/halfToEven";
import type { Op } from "./op";
import { broadcastScale, checkScale, quantizedRanges, scaleIndices } from "./helper/quantization";
import { mask } from "./helper/rule";

/**
 * QuantizeLinear: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html
 *
 * y = saturate(round(x / scale) + zero point). The gradient goes straight through the rounding: it is 1 / scale where the unclipped
 * result lies within the range of the element type (where channels round the ends in different ways, ends included), as in PyTorch's
 * `fake_quantize_per_tensor_affine`, and 0 outside; scale and zero point have none by design. A cotangent of the integers is a float: it is about them as real numbers.
 */
export const quantizeLinear: Op = {
  name: "QuantizeLinear",
  attributes: { axis: 1, block_size: 0, output_dtype: undefined, saturate: 1 },
  shape: ({ node, inputs: [x, scale, zero] }) => {
    checkScale(node, x!.dims, scale!.dims);
    const type = zero?.type ?? (node.attributes["output_dtype"] as DType | undefined) ?? "uint8";
    range(node, type);
    return [{ type, dims: x!.dims }];
  },
  eval: ([x, scale, zero], node) => {
    const type = zero?.type ?? (node.attributes["output_dtype"] as DType | undefined) ?? "uint8";
    const [low, high] = range(node, type);
    const round = x!.type === "float64" ? (value: number) => value : Math.fround;
    const at = scaleIndices(node, x!.dims, scale!.dims);
    const y = zeros(type, x!.dims);
    for (let i = 0; i < y.data.length; i++) {
      const value = halfToEven(round(x!.data[i]! / scale!.data[at(i)]!));
      y.data[i] = Math.min(high, Math.max(low, value + (zero?.data[at(i)] ?? 0)));
    }
    return [y];
  },
  vjp: (g, { node, inputs: [x, scale, zero], outputs: [y], dy }) => [
    () => {
      const factor = broadcastScale(g, node, scale!, x!);
      const offset = zero && broadcastScale(g, node, g.op("Cast", [zero], { to: g.type(x!) }), x!);
      const [lowest, highest] = range(node, g.type(y!));
      const zeros = zero ? g.tensor(zero)?.data : [0];
      // Half way to the next step is rounded to the even one, before the zero point is added.
      const holds = (end: number) => !zeros || zeros.some((point) => (end - point) % 2 === 0);
      const [atLeast, atMost] = [
        holds(lowest) ? "GreaterOrEqual" : "Greater",
        holds(highest) ? "LessOrEqual" : "Less",
      ];
      const above = g.op(atLeast, [x!, valueAt(g, lowest - 0.5, factor, offset)]);
      const below = g.op(atMost, [x!, valueAt(g, highest + 0.5, factor, offset)]);
      const inside = mask(g, g.op("And", [above, below]), x!);
      return g.op("Mul", [g.op("Div", [dy, factor]), inside]);
    },
    null,
    null,
  ],
};

/** What `step` (a whole number, or half way to the next) stands for. */
function valueAt(g: Builder, step: number, factor: string, offset: string | undefined): string {
  const steps = g.scalar(step, factor);
  return g.op("Mul", [offset ? g.op("Sub", [steps, offset]) : steps, factor]);
}

function range(node: Node, type: DType): readonly [number, number] {
  const ends = quantizedRanges[type];
  if (ends) return ends;
  throw new GraphError(node.name, `${node.op} to ${type} is not supported`);
}
