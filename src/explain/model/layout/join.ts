import { isConcrete } from "../../graph/dim";
import type { Dim } from "../../graph/graph";
import { int } from "../../op/helper/attribute";
import { agreed } from "./elementwise";
import { flowOf, type FlowAxis, type FlowRule } from "./flow";
import {
  hasPlaces,
  isAtom,
  isSpatial,
  kindOf,
  whole,
  wholeOf,
  type Axis,
  type Layout,
} from "./layout";
import { sideBySide } from "./sideBySide";
import { withTokens } from "./tokens";

/** Tokens beside a grid make an axis of tokens; ranges of rows put together again are rows; channels make more channels. */
export const concat: FlowRule = (context) => {
  const { node, dims, layout, inputDims } = context;
  const parts = node.inputs.map((_, i) => layout(i));
  if (!parts.some(Boolean)) return undefined;
  const at = (int(node, "axis") + dims.length) % dims.length;
  const axes = dims.map((dim, i): FlowAxis | undefined => {
    const from = parts.flatMap((part, input): [number, number][] => (part ? [[input, i]] : []));
    const each = parts.map((part) => part?.[i]);
    if (i !== at) return agreed(each, from);
    const sizes = parts.map((_, input) => inputDims(input)[i]!);
    const isBeside = parts.some((part) => part && hasPlaces(part.toSpliced(i, 1).flat()));
    const axis = joined(each, sizes, isBeside);
    if (axis) return { axis, from };
    // Rows and columns that share the axis with channels are features already.
    const isTorn = each.some((part) => part && hasPlaces(part) && part.every(isSpatial));
    return isTorn ? undefined : { axis: whole(commonKind(parts, i), dim), from };
  });
  return flowOf(axes);
};

function commonKind(parts: readonly (Layout | undefined)[], i: number) {
  const kinds = new Set(
    parts.flatMap((part) => (part && part[i]!.length > 0 ? [kindOf(part[i]!)] : [])),
  );
  return kinds.size === 1 && kinds.has("channel") ? "channel" : "other";
}

/** @param isBeside whether other axes have places too, so that this one holds rows or columns, not patches in a row. */
function joined(
  parts: readonly (Axis | undefined)[],
  sizes: readonly Dim[],
  isBeside: boolean,
): Axis | undefined {
  const again = putTogether(parts);
  if (again) return again;
  const grids = parts.flatMap((part, i) => (part && hasPlaces(part) ? [i] : []));
  if (!isConcrete(sizes)) return undefined;
  if (isBeside && grids.some((i) => wholeOf(parts[i]!))) return sideBySide(parts, sizes);
  return grids.length === 1 ? withTokens(parts[grids[0]!]!, sizes, grids[0]!) : undefined;
}

/** The whole that ranges of it make up, turned round in a circle when it does not begin with the first. */
function putTogether(parts: readonly (Axis | undefined)[]): Axis | undefined {
  const ranges = parts.flatMap((part) => {
    const item = part?.length === 1 ? part[0] : undefined;
    return item && isAtom(item) && item.cut ? [{ ...item.cut, size: item.size as number }] : [];
  });
  const [first] = ranges;
  if (!first || ranges.length !== parts.length) return undefined;
  const { of, start } = first;
  const size = of.size as number;
  let next = start;
  for (const range of ranges) {
    if (range.of !== of || range.start !== next % size) return undefined;
    next += range.size;
  }
  if (next !== start + size) return undefined;
  return [{ ...of, roll: (of.roll + start * of.step) % (of.extent as number) }];
}
