import { text } from "../../../op/helper/attribute";
import { pickedSamples, samplesOf } from "../../../op/helper/samples";
import type { Lowering } from "./lowering";

/** Cubic interpolation along three axes, which onnxruntime does not have, as a weighted sum of the samples. */
export const gridSample: Lowering = {
  op: "GridSample",
  lower(g, node) {
    const [x, grid] = node.inputs as [string, string];
    const rank = g.dims(x).length;
    if (text(node, "mode") !== "cubic" || rank === 4) return undefined;
    const met = samplesOf(g, node, x, grid);
    const weights = g.reshape(met.weights, [...g.dims(met.weights), 1]);
    const weighed = g.op("Mul", [pickedSamples(g, x, met), weights]);
    const sum = g.op("ReduceSum", [weighed, g.ints([1])], { keepdims: 0 });
    const [batch, channels] = g.dims(x);
    const planes = g.op("Transpose", [sum], { perm: [0, 2, 1] });
    return [g.reshape(planes, [batch!, channels!, ...g.dims(grid).slice(1, -1)])];
  },
};
