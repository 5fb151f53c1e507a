import { text } from "../../../op/helper/attribute";
import { pickedSamples, samplesOf } from "../../../op/helper/sampling";
import type { Lowering } from "./lowering";

/** Cubic interpolation along three axes, which onnxruntime does not have, as a weighted sum of the samples. */
export const gridSample: Lowering = {
  op: "GridSample",
  lower(g, node) {
    const [x, grid] = node.inputs as [string, string];
    const rank = g.dims(x).length;
    if (text(node, "mode") !== "cubic" || rank === 4) return undefined;
    const met = samplesOf(g, node, x, grid);
    const [batch, channels] = g.dims(x);
    const weights = g.reshape(met.weights, [batch!, 1, met.samples, met.positions]);
    const weighed = g.op("Mul", [pickedSamples(g, x, met), weights]);
    const sum = g.op("ReduceSum", [weighed, g.ints([2])], { keepdims: 0 });
    return [g.reshape(sum, [batch!, channels!, ...g.dims(grid).slice(1, -1)])];
  },
};
