import { GraphError } from "../error";
import { tensor } from "../tensor";
import { float, int } from "./helper/attribute";
import { axisFromFront } from "./helper/axis";
import { broadcastTo } from "./helper/elementwise";
import type { Op } from "./op";
import { standardize, standardized, standardizedGradient } from "./helper/standardization";

/**
 * LayerNormalization: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 *
 * The last axes, from `axis` on, are brought to mean 0 and variance 1, times Scale, plus B. Only Y has a gradient, not the
 * statistics Mean and InvStdDev.
 */
export const layerNormalization: Op = {
  name: "LayerNormalization",
  attributes: { axis: -1, epsilon: 1e-5, stash_type: 1 },
  shape: ({ node, inputs }) => {
    const { type, dims } = inputs[0]!;
    const axis = axisFromFront(node, int(node, "axis"), dims.length);
    const statistic = { type, dims: dims.map((dim, i) => (i < axis ? dim : 1)) };
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
  vjp: (g, { node, inputs, dys, dy }) => {
    if (dys[1] ?? dys[2]) {
      throw new GraphError(node.name, "the statistics of LayerNormalization have no gradient");
    }
    const [x, scale] = inputs as [string, string];
    const rank = g.dims(x).length;
    const axes = rank - axisFromFront(node, int(node, "axis"), rank);
    const parts = () => standardized(g, x, axes, float(node, "epsilon"));
    return [
      () => standardizedGradient(g, g.op("Mul", [dy, scale]), parts(), axes),
      () => g.op("Mul", [dy, parts().values]),
      () => dy,
    ];
  },
};
