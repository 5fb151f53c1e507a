import { int } from "../../op/helper/attribute";
import { agreed } from "./elementwise";
import type { FlowAxis, FlowRule } from "./flow";
import { hasPlaces, isAtom, kindOf, whole, type Axis, type Layout } from "./layout";
import { withTokens } from "./tokens";

/** Tokens beside a grid make an axis of tokens; ranges of rows put together again are rows; channels make more channels. */
export const concat: FlowRule = (context) => {
  const { node, dims, layout, inputDims } = context;
  const parts = node.inputs.map((_, i) => layout(i));
  if (!parts.some(Boolean)) return undefined;
  const at = (int(node, "axis") + dims.length) % dims.length;
  const axes = dims.map((dim, i): FlowAxis => {
    const from = parts.flatMap((part, input): [number, number][] => (part ? [[input, i]] : []));
    const each = parts.map((part) => part?.[i]);
    if (i !== at) return agreed(each, from, dim);
    const sizes = parts.map((_, input) => inputDims(input)[i]!);
    const axis = joined(each, sizes) ?? whole(commonKind(parts, i), dim);
    return { axis, from };
  });
  return { axes };
};

function commonKind(parts: readonly (Layout | undefined)[], i: number) {
  const kinds = new Set(
    parts.flatMap((part) => (part && part[i]!.length > 0 ? [kindOf(part[i]!)] : [])),
  );
  return kinds.size === 1 && kinds.has("channel") ? "channel" : "other";
}

function joined(parts: readonly (Axis | undefined)[], sizes: readonly unknown[]): Axis | undefined {
  const again = putTogether(parts);
  if (again) return again;
  const grids = parts.flatMap((part, i) => (part && hasPlaces(part) ? [i] : []));
  if (grids.length !== 1 || !sizes.every((size) => typeof size === "number")) return undefined;
  return withTokens(parts[grids[0]!]!, sizes as readonly number[], grids[0]!);
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
