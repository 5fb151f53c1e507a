import { int, maybeInt } from "../../op/helper/attribute";
import { kept, replaced, type FlowAxis, type FlowContext, type FlowRule } from "./flow";
import { hasPlaces, kindOf, whole, wholeOf, type Axis } from "./layout";
import { range, type Range } from "./range";
import { behindWindow } from "./window";

/** Gather: one index drops the axis, a row of them takes a range of it, and two axes of them lay windows over it; any other order of places is lost. */
export const gather: FlowRule = (context) => {
  const { node, dims, layout, inputDims, ints } = context;
  const known = layout(0);
  if (!known) return undefined;
  const rank = known.length;
  const at = ((maybeInt(node, "axis") ?? 0) + rank) % rank;
  const size = inputDims(0)[at]!;
  const indices = inputDims(1).length;
  const wanted = typeof size === "number" && indices <= 1 ? progression(ints(1), size) : undefined;
  const found = wanted && range(known[at]!, wanted);
  if (indices === 0) {
    // A single row of a map has a place of its own, which nothing tells any more.
    if (wholeOf(known[at]!)) return undefined;
    const axes = replaced(known, at, []);
    return found?.tokensOnly ? { axes, tokensOnly: at } : { axes };
  }
  if (!hasPlaces(known[at]!)) {
    const kind = kindOf(known[at]!) ?? "other";
    const picked = dims
      .slice(at, at + indices)
      .map((dim) => ({ axis: whole(kind, dim), from: [] }));
    return { axes: replaced(known, at, picked) };
  }
  if (indices === 2) return unfolded(context, at);
  if (!found) return undefined;
  const axes = replaced(known, at, [{ axis: found.axis, from: found.tokensOnly ? [] : [[0, at]] }]);
  return found.tokensOnly ? { axes, tokensOnly: at } : { axes };
};

/** Indices that count on by the same step, from the front. */
function progression(indices: readonly number[] | undefined, size: number): Range | undefined {
  if (!indices || indices.length === 0) return undefined;
  const list = indices.map((index) => (index < 0 ? index + size : index));
  const step = list.length > 1 ? list[1]! - list[0]! : 1;
  const isEven = step !== 0 && list.every((index, i) => index === list[0]! + i * step);
  return isEven ? { start: list[0]!, size: list.length, step } : undefined;
}

/** torch.nn.Unfold, which is exported with indices [kernel, blocks]: the blocks are places. */
function unfolded({ dims, layout, inputDims, ints }: FlowContext, at: number) {
  const known = layout(0)!;
  const [kernel, blocks] = [dims[at]!, dims[at + 1]!];
  const list = ints(1);
  if (typeof kernel !== "number" || typeof blocks !== "number") return undefined;
  const isForward = (list ?? []).every((index, i) => i % blocks === 0 || index > list![i - 1]!);
  if (!isForward) return undefined;
  const reach = list ? list[(kernel - 1) * blocks]! - list[0]! : kernel - 1;
  const places = behindWindow(known[at]!, inputDims(0)[at]!, blocks, { reach, pads: [0, 0] });
  const picked: FlowAxis[] = [
    { axis: whole("other", kernel), from: [] },
    { axis: places, from: [] },
  ];
  return { axes: replaced(known, at, picked) };
}

/** GatherElements along channels and the like: the other axes stay, if all of them is taken. */
export const gatherElements: FlowRule = ({ node, dims, layout, inputDims }) => {
  const known = layout(0);
  if (!known) return undefined;
  const at = (int(node, "axis") + dims.length) % dims.length;
  const isWhole = dims.every((dim, i) => i === at || dim === inputDims(0)[i]);
  return isWhole ? sorted(known, at, dims[at]!) : undefined;
};

/** TopK: the axis is sorted. */
export const topK: FlowRule = ({ node, dims, layout }) => {
  const known = layout(0);
  const at = (int(node, "axis") + dims.length) % dims.length;
  return known && sorted(known, at, dims[at]!);
};

function sorted(known: readonly Axis[], at: number, dim: Parameters<typeof whole>[1]) {
  if (hasPlaces(known[at]!)) return undefined;
  const axis = whole(kindOf(known[at]!) ?? "other", dim);
  return { axes: replaced(known, at, [{ axis, from: [] }]) };
}

/** ScatterElements and ScatterND: what is overwritten stays where it was. */
export const scatter: FlowRule = ({ layout }) => {
  const known = layout(0);
  return known && { axes: known.map((_, i) => kept(known, i)) };
};
