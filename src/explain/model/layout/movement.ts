import { multiplyDims } from "../../graph/dim";
import { int, maybeInts } from "../../op/helper/attribute";
import {
  flowOf,
  kept,
  replaced,
  type Flow,
  type FlowAxis,
  type FlowContext,
  type FlowRule,
} from "./flow";
import { hasPlaces, kindOf, whole, type Layout } from "./layout";
import { range, type Range } from "./range";
import { regroup } from "./regroup";

export const transpose: FlowRule = ({ node, layout }) => {
  const known = layout(0);
  const perm = maybeInts(node, "perm") ?? known?.map((_, i) => known.length - 1 - i);
  return known && { axes: perm!.map((at) => kept(known, at)) };
};

/** Reshape, Flatten, Squeeze and Unsqueeze: the elements stay in order. */
export const reshape: FlowRule = ({ dims, layout }) => {
  const known = layout(0);
  const axes = known && regroup(known, dims);
  return axes && { axes };
};

/** What is reduced has no places any more. */
export const reduce: FlowRule = ({ node, dims, layout, inputDims, ints }) => {
  const known = layout(0);
  if (!known) return undefined;
  const rank = inputDims(0).length;
  const named = ints(1) ?? (node.inputs[1] ? undefined : maybeInts(node, "axes"));
  if (!named && node.inputs[1]) return undefined;
  const reduced = new Set((named ?? known.map((_, i) => i)).map((axis) => (axis + rank) % rank));
  const keeps = dims.length === rank;
  const axes = known.flatMap((_, i): FlowAxis[] => {
    if (!reduced.has(i)) return [kept(known, i)];
    return keeps ? [{ axis: [], from: [] }] : [];
  });
  return { axes };
};

/** ArgMax and ArgMin: one axis. */
export const reduceOne: FlowRule = ({ node, dims, layout, inputDims }) => {
  const known = layout(0);
  const rank = inputDims(0).length;
  const at = (int(node, "axis") + rank) % rank;
  const keeps = dims.length === rank;
  return known && { axes: replaced(known, at, keeps ? [{ axis: [], from: [] }] : []) };
};

export const slice: FlowRule = (context) => {
  const known = context.layout(0);
  const { inputDims, dims, ints } = context;
  const starts = ints(1);
  if (!known || !starts) return undefined;
  const rank = known.length;
  const axes = ints(3) ?? starts.map((_, i) => i);
  const steps = ints(4) ?? starts.map(() => 1);
  return cut(known, (axis) => {
    const i = axes.findIndex((given) => (given + rank) % rank === axis);
    const [before, size] = [inputDims(0)[axis]!, dims[axis]!];
    const isAll = before === size && (steps[i]! > 0 || !hasPlaces(known[axis]!));
    if (i < 0 || isAll || typeof before !== "number") return undefined;
    const start = starts[i]! < 0 ? starts[i]! + before : starts[i]!;
    const first = Math.max(0, Math.min(start, steps[i]! > 0 ? before : before - 1));
    return { start: first, size: size as number, step: steps[i]! };
  });
};

export const split: FlowRule = ({ node, output, dims, layout, ints, inputDims }) => {
  const known = layout(0);
  if (!known) return undefined;
  const at = (int(node, "axis") + known.length) % known.length;
  const [before, size] = [inputDims(0)[at]!, dims[at]!];
  if (typeof before !== "number" || typeof size !== "number") return undefined;
  const sizes = ints(1);
  // Without given sizes all outputs but the last have the same, rounded up.
  const start = sizes
    ? sizes.slice(0, output).reduce((sum, each) => sum + each, 0)
    : output * Math.ceil(before / node.outputs.length);
  return cut(known, (axis) =>
    axis === at && size !== before ? { start, size, step: 1 } : undefined,
  );
};

/** Takes a range of some axes. */
function cut(known: Layout, rangeOf: (axis: number) => Range | undefined): Flow | undefined {
  let tokensOnly: number | undefined;
  const axes = known.map((axis, i): FlowAxis | undefined => {
    const wanted = rangeOf(i);
    if (!wanted) return kept(known, i);
    const taken = range(axis, wanted);
    if (taken?.tokensOnly) tokensOnly = i;
    return taken && { axis: taken.axis, from: taken.tokensOnly ? [] : [[0, i]] };
  });
  const flow = flowOf(axes);
  return flow && tokensOnly !== undefined ? { ...flow, tokensOnly } : flow;
}

/** Expand and Tile: an axis of the same size stays, one that was 1 becomes one without places; what is repeated has none to tell. */
export const repeat: FlowRule = ({ dims, layout, inputDims }: FlowContext) => {
  const known = layout(0);
  if (!known) return undefined;
  const before = inputDims(0);
  const axes = dims.map((dim, i): FlowAxis | undefined => {
    const at = i - dims.length + known.length;
    if (at >= 0 && before[at] === dim) return kept(known, at);
    if (at >= 0 && hasPlaces(known[at]!)) return undefined;
    return { axis: whole(kindOf(known[at] ?? []) ?? "other", multiplyDims([dim])), from: [] };
  });
  return flowOf(axes);
};
