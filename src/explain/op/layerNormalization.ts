import type { Builder } from "../graph/builder";
import { dtypes, sizeOf, tensor, type DType } from "../tensor";
import { float, int } from "./helper/attribute";
import { axisFromFront } from "./helper/axis";
import { zeroValue } from "./helper/cotangent";
import { broadcastTo } from "./helper/elementwise";
import type { Op } from "./op";
import { scale as times } from "./helper/rule";
import { standardize, standardized, standardizedGradient } from "./helper/standardization";
import { concreteSizes } from "./helper/window";

/**
 * LayerNormalization: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 *
 * The last axes, from `axis` on, are brought to mean 0 and variance 1, times Scale, plus B. The further outputs are the statistics,
 * Mean and InvStdDev = 1/√(variance + ε).
 */
export const layerNormalization: Op = {
  name: "LayerNormalization",
  attributes: { axis: -1, epsilon: 1e-5, stash_type: 1 },
  shape: ({ node, inputs }) => {
    const { type, dims } = inputs[0]!;
    const axis = axisFromFront(node, int(node, "axis"), dims.length);
    const statistic = { type: statisticType(type), dims: dims.map((d, i) => (i < axis ? d : 1)) };
    return [{ type, dims }, statistic, statistic];
  },
  eval: ([x, scale, b], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const standard = standardize(x!, x!.dims.length - axis, float(node, "epsilon"));
    const factors = broadcastTo(scale!, x!.dims);
    const terms = b && broadcastTo(b, x!.dims);
    const y = standard.values.map((value, i) => value * factors[i]! + (terms?.[i] ?? 0));
    const statistic = x!.dims.map((dim, i) => (i < axis ? dim : 1));
    return [
      tensor(x!.type, y, x!.dims),
      tensor(x!.type, standard.means, statistic),
      tensor(x!.type, standard.scales, statistic),
    ];
  },
  vjp: (g, { node, inputs, dys: [dy, dMean, dDeviation] }) => {
    const [x, scale] = inputs as [string, string];
    const rank = g.dims(x).length;
    const axes = rank - axisFromFront(node, int(node, "axis"), rank);
    const size = () => sizeOf(concreteSizes(node, g.dims(x).slice(-axes)));
    const parts = () => standardized(g, x, axes, float(node, "epsilon"));
    const nothing = (like: string) => zeroValue(g, g.cotangentDims(like), like);
    return [
      () => {
        const shares = [
          dy && standardizedGradient(g, g.op("Mul", [dy, scale]), parts(), axes),
          dMean && times(g, dMean, 1 / size()),
          dDeviation && deviationGradient(g, dDeviation, parts(), size()),
        ];
        const dx = shares.filter((share) => share !== undefined);
        const sum = dx.reduce((a, b) => g.op("Add", [a, b]));
        // The mean's alone is one number for all that it is the mean of.
        return (dy ?? dDeviation) ? sum : g.op("Add", [sum, nothing(x)]);
      },
      () => (dy ? g.op("Mul", [dy, parts().values]) : nothing(scale)),
      () => dy ?? nothing(inputs[2]!),
    ];
  },
};

/** The statistics are kept in single precision at least. */
function statisticType(type: DType): DType {
  return dtypes[type].bytes < 4 ? "float32" : type;
}

/** From the cotangent of s = 1/√(variance + ε): ds/dx = −s³·(x − mean)/size. */
function deviationGradient(
  g: Builder,
  ds: string,
  { values, scale: s }: { readonly values: string; readonly scale: string },
  size: number,
): string {
  const slope = g.op("Mul", [g.op("Mul", [s, s]), values]);
  return times(g, g.op("Mul", [ds, slope]), -1 / size);
}
