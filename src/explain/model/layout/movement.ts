import { multiplyDims } from "../../graph/dim";
import { int, maybeInt, maybeInts } from "../../op/helper/attribute";
import type { Flow, FlowAxis, FlowContext, FlowRule } from "./flow";
import { hasPlaces, isAtom, kindOf, whole, type Axis, type Kind, type Layout } from "./layout";
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

/** One index drops the axis, several make an axis without places; an index of a token without a place takes only that. */
export const gather: FlowRule = ({ node, dims, layout, inputDims, ints }) => {
  const known = layout(0);
  if (!known) return undefined;
  const rank = known.length;
  const at = ((maybeInt(node, "axis") ?? 0) + rank) % rank;
  const indices = inputDims(1).length;
  const size = inputDims(0)[at]!;
  const inserted = dims.slice(at, at + indices).map((dim, i): FlowAxis => {
    return { axis: whole(gatheredKind(known[at]!, indices, i), dim), from: [] };
  });
  const axes = replaced(known, at, inserted);
  const index = indices <= 1 && typeof size === "number" ? ints(1) : undefined;
  if (index?.length !== 1) return { axes };
  const start = index[0]! < 0 ? index[0]! + (size as number) : index[0]!;
  const { tokensOnly } = range(known[at]!, { start, size: 1, step: 1 });
  return tokensOnly ? { axes, tokensOnly: at } : { axes };
};

/**
 * What the axis number `i` of `count` index axes is: in torch.nn.Unfold, exported as Gather at indices [kernel, blocks], blocks are places. Any other
 * order of places is lost.
 */
function gatheredKind(axis: Axis, count: number, i: number): Kind {
  const kind = kindOf(axis) ?? "other";
  if (!hasPlaces(axis)) return kind;
  return count === 2 && i === 1 ? kind : "other";
}

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
    if (i < 0 || before === size || typeof before !== "number") return undefined;
    const start = starts[i]! < 0 ? starts[i]! + before : starts[i]!;
    return { start: Math.max(0, start), size: size as number, step: steps[i]! };
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

/** Classes tokens beside a grid make an axis of tokens; parts of rows put together again are rows; channels make more channels. */
export const concat: FlowRule = (context) => {
  const { node, dims, layout, inputDims } = context;
  const parts = node.inputs.map((_, i) => layout(i));
  const model = parts.find(Boolean);
  if (!model) return undefined;
  const at = (int(node, "axis") + dims.length) % dims.length;
  const axes = dims.map((dim, i): FlowAxis => {
    const from = parts.flatMap((part, input): [number, number][] => (part ? [[input, i]] : []));
    if (i !== at) return { axis: best(parts, i), from };
    const sizes = parts.map((_, input) => inputDims(input)[i]!);
    const axis =
      joined(
        parts.map((part) => part?.[i]),
        sizes,
      ) ?? whole(commonKind(parts, i), dim);
    return { axis, from };
  });
  return { axes };
};

function best(parts: readonly (Layout | undefined)[], i: number): Axis {
  const known = parts.flatMap((part) => (part ? [part[i]!] : []));
  return known.find(hasPlaces) ?? known.find((axis) => axis.length > 0) ?? [];
}

function commonKind(parts: readonly (Layout | undefined)[], i: number) {
  const kinds = new Set(
    parts.flatMap((part) => (part && part[i]!.length > 0 ? [kindOf(part[i]!)] : [])),
  );
  return kinds.size === 1 && kinds.has("channel") ? "channel" : "other";
}

function joined(parts: readonly (Axis | undefined)[], sizes: readonly unknown[]): Axis | undefined {
  const items = parts.map((part) => (part?.length === 1 ? part[0] : undefined));
  const first = items[0];
  const second = items[1];
  if (parts.length === 2 && first?.kind === "part" && second?.kind === "part") {
    const isSame = first.of === second.of && first.size + second.size === first.of.size;
    const isTurned = first.start === (second.start + second.size) % (first.of.size as number);
    if (!isSame || !isTurned) return undefined;
    const { of } = first;
    return [{ ...of, roll: (of.roll + first.start) % (of.extent as number) }];
  }
  const grids = parts.flatMap((part, i) => (part && hasPlaces(part) ? [i] : []));
  if (grids.length !== 1 || !sizes.every((size) => typeof size === "number")) return undefined;
  return withTokens(parts[grids[0]!]!, sizes as readonly number[], grids[0]!);
}

/** The grid number `at` with what stands before and behind it. */
function withTokens(grid: Axis, sizes: readonly number[], at: number): Axis | undefined {
  const sum = (list: readonly number[]) => list.reduce((total, size) => total + size, 0);
  const [item] = grid;
  const inner = grid.length === 1 && item!.kind === "tokens" ? item! : undefined;
  const atoms = inner?.kind === "tokens" ? inner.atoms : grid.filter(isAtom);
  const isGrid = atoms.every(({ kind }) => kind === "height" || kind === "width");
  if (!isGrid || (!inner && atoms.length !== grid.length)) return undefined;
  const [lead, trail] = inner?.kind === "tokens" ? [inner.lead, inner.trail] : [0, 0];
  return [
    {
      kind: "tokens",
      size: sum(sizes),
      lead: lead + sum(sizes.slice(0, at)),
      trail: trail + sum(sizes.slice(at + 1)),
      atoms,
    },
  ];
}

/** Takes a range of some axes. */
function cut(known: Layout, rangeOf: (axis: number) => Range | undefined): Flow {
  let tokensOnly: number | undefined;
  const axes = known.map((axis, i): FlowAxis => {
    const wanted = rangeOf(i);
    if (!wanted) return kept(known, i);
    const taken = range(axis, wanted);
    if (taken.tokensOnly) tokensOnly = i;
    return { axis: taken.axis, from: taken.tokensOnly ? [] : [[0, i]] };
  });
  return tokensOnly === undefined ? { axes } : { axes, tokensOnly };
}

function kept(known: Layout, at: number): FlowAxis {
  return { axis: known[at]!, from: [[0, at]] };
}

/** Every axis kept but one, for which others come. */
function replaced(known: Layout, at: number, instead: readonly FlowAxis[]): FlowAxis[] {
  return known.flatMap((_, i) => (i === at ? instead : [kept(known, i)]));
}

/** Expand and Tile: an axis of the same size stays, one that was 1 or is repeated becomes one without places. */
export const repeat: FlowRule = ({ dims, layout, inputDims }: FlowContext) => {
  const known = layout(0);
  if (!known) return undefined;
  const before = inputDims(0);
  const axes = dims.map((dim, i): FlowAxis => {
    const at = i - dims.length + known.length;
    if (at >= 0 && before[at] === dim) return kept(known, at);
    const times = at >= 0 && hasPlaces(known[at]!) ? "other" : (kindOf(known[at] ?? []) ?? "other");
    return { axis: whole(times, multiplyDims([dim])), from: [] };
  });
  return { axes };
};
