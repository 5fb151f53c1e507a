import { maybeInt } from "../../op/helper/attribute";
import { hasPlaces, type Axis } from "./layout";
import { areTogether } from "./span";
import { flowOf, type FlowAxis, type FlowContext, type FlowRule } from "./flow";

/** Whether the places along axis i are mixed, by an operator's attribute `axis`. */
type Mixing = (axis: number, rank: number) => (i: number) => boolean;

const alongOne: Mixing = (axis, rank) => (i) => i === (axis + rank) % rank;

/** Operators that mix the places along some axes, and leave every axis what it was. */
const mixing: Readonly<Record<string, Mixing>> = {
  Softmax: alongOne,
  LogSoftmax: alongOne,
  Hardmax: alongOne,
  InstanceNormalization: () => (i) => i > 1,
  CumSum: (_axis, rank) => (i) => i < rank,
  LayerNormalization: (axis, rank) => (i) => i >= (axis + rank) % rank,
};

/** Element by element with broadcasting: an output axis is what the inputs' axes of that size are, where they differ the one that says most. */
export const elementwise: FlowRule = (context) => {
  const { node, dims } = context;
  const mixes = mixing[node.op]?.(maybeInt(node, "axis") ?? -1, dims.length) ?? (() => false);
  const inputs = node.inputs.map((_, input) => input);
  const axes = dims.map((_, axis) => {
    const aligned = alignedAxis(context, inputs, axis);
    return aligned && mixes(axis) ? { ...aligned, from: [] } : aligned;
  });
  const flow = flowOf(axes);
  return flow?.axes.some(({ axis, from }) => axis.length > 0 || from.length > 0) ? flow : undefined;
};

/** The output axis number `axis` as broadcasting makes it from some inputs; `undefined` where they hold different places. */
export function alignedAxis(
  { dims, layout, inputDims }: FlowContext,
  inputs: readonly number[],
  axis: number,
): FlowAxis | undefined {
  const found: Axis[] = [];
  const from: [number, number][] = [];
  for (const input of inputs) {
    const known = layout(input);
    if (!known) continue;
    const at = axis - dims.length + known.length;
    if (at < 0 || inputDims(input)[at] !== dims[axis]) continue;
    from.push([input, at]);
    found.push(known[at]!);
  }
  return agreed(found, from);
}

/** Of axes that meet the one that says most; `undefined` where they hold different places. */
export function agreed(
  axes: readonly (Axis | undefined)[],
  from: FlowAxis["from"],
): FlowAxis | undefined {
  const known = axes.filter((axis) => axis !== undefined);
  const best = known.reduce((a, b) => (says(b) > says(a) ? b : a), []);
  const isTorn = known.some((axis) => hasPlaces(axis) && !areTogether(best, axis));
  return isTorn ? undefined : { axis: best, from };
}

function says(axis: Axis): number {
  if (hasPlaces(axis)) return 4;
  if (axis.some(({ kind }) => kind === "batch")) return 3;
  if (axis.length === 0) return 0;
  return axis.some(({ kind }) => kind === "channel") ? 2 : 1;
}
