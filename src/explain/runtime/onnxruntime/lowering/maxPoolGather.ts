import { multiplyDims } from "../../../graph/dim";
import type { Lowering } from "./lowering";
import { maximaOf } from "./maxima";

/** MaxPool with indices, and one GatherElements at them. */
export const maxPoolGather: Lowering = {
  op: "MaxPoolGather",
  lower(g, node) {
    const [x, values] = node.inputs as [string, string];
    const { indices, lead, masked, pooled } = maximaOf(g, node);
    const flat = g.reshape(values, [...lead, multiplyDims(g.dims(x))]);
    const gathered = g.op("GatherElements", [flat, indices], { axis: lead.length });
    const front = g.dims(values).slice(0, -g.dims(x).length);
    return [masked(g.reshape(gathered, [...front, ...pooled]))];
  },
};
