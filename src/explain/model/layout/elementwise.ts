import { maybeInt } from "../../op/helper/attribute";
import type { Dim } from "../../graph/graph";
import { hasPlaces, whole, type Axis } from "./layout";
import { areTogether } from "./span";
import type { FlowAxis, FlowContext, FlowRule } from "./flow";

/** Operators that mix the places along some axes, and leave every axis what it was. */
const mixing: Readonly<Record<string, (axis: number, rank: number) => (i: number) => boolean>> = {
  Softmax: (axis, rank) => (i) => i === (axis + rank) % rank,
  LogSoftmax: (axis, rank) => (i) => i === (axis + rank) % rank,
  Hardmax: (axis, rank) => (i) => i === (axis + rank) % rank,
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
    return mixes(axis) ? { ...aligned, from: [] } : aligned;
  });
  return axes.some(({ axis, from }) => axis.length > 0 || from.length > 0) ? { axes } : undefined;
};

/** The output axis number `axis` as broadcasting makes it from some inputs. */
export function alignedAxis(
  { dims, layout, inputDims }: FlowContext,
  inputs: readonly number[],
  axis: number,
): FlowAxis {
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
  return agreed(found, from, dims[axis]!);
}

/** Of axes that meet the one that says most; none where they hold different places. */
export function agreed(
  axes: readonly (Axis | undefined)[],
  from: FlowAxis["from"],
  dim: Dim,
): FlowAxis {
  const known = axes.filter((axis) => axis !== undefined);
  const best = known.reduce((a, b) => (says(b) > says(a) ? b : a), []);
  const isLost = known.some((axis) => hasPlaces(axis) && !areTogether(best, axis));
  return isLost ? { axis: whole("other", dim), from, isLost } : { axis: best, from };
}

function says(axis: Axis): number {
  if (hasPlaces(axis)) return 4;
  if (axis.some(({ kind }) => kind === "batch")) return 3;
  if (axis.length === 0) return 0;
  return axis.some(({ kind }) => kind === "channel") ? 2 : 1;
}
