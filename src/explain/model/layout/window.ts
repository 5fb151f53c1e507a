import type { Dim } from "../../graph/graph";
import { maybeInts, text } from "../../op/helper/attribute";
import { axesOf } from "../../op/helper/resizing";
import { hasPlaces, kindOf, whole, type Axis } from "./layout";
import { flowOf, type FlowAxis, type FlowContext, type FlowRule } from "./flow";
import { part, plainWhole, windowed as covered } from "./span";
import { withTokens } from "./tokens";

/** Convolutions: [batch, channel, …places] with new channels. */
export const convolution: FlowRule = (context) => windowed(context, true);

/** Pooling: the channels stay. */
export const pooling: FlowRule = (context) => windowed(context, false);

function windowed(context: FlowContext, newChannels: boolean) {
  const { dims, layout, node } = context;
  const known = layout(0);
  if (!known || context.output > 0) return undefined;
  // Global pooling has no kernel: it reads all of its input.
  const filter = node.inputs.length > 1 ? 1 : 0;
  const kernel = maybeInts(node, "kernel_shape") ?? context.inputDims(filter).slice(2);
  // Those of a transposed convolution are cut off.
  const pads = node.op === "ConvTranspose" ? undefined : maybeInts(node, "pads");
  const dilations = maybeInts(node, "dilations");
  const axes = dims.map((dim, i): FlowAxis => {
    if (i === 0) return { axis: known[0]!, from: [[0, 0]] };
    if (i === 1 && newChannels) return { axis: whole("channel", dim), from: [] };
    if (i === 1) return { axis: known[1]!, from: [[0, 1]] };
    const at = i - 2;
    const window = {
      reach: ((kernel[at] as number) - 1) * (dilations?.[at] ?? 1),
      pads: [pads?.[at] ?? 0, pads?.[at + kernel.length] ?? 0] as const,
    };
    const axis = behindWindow(known[i]!, context.inputDims(0)[i]!, dim, window);
    return { axis, from: kernel[at] === 1 ? [[0, i]] : [] };
  });
  return { axes };
}

/** One axis behind a window of `reach` + 1 elements. */
export function behindWindow(
  axis: Axis,
  before: Dim,
  after: Dim,
  { reach, pads }: { readonly reach: number; readonly pads: readonly [number, number] },
): Axis {
  const rows = plainWhole(axis);
  if (!rows) return resized(axis, before, after);
  return whole(rows.kind, after, covered(rows, reach, pads));
}

/** An axis of the same size stays what it was, another is a new whole of its kind, as wide as the old one. */
function resized(axis: Axis, before: Dim, after: Dim): Axis {
  if (before === after) return axis;
  const rows = plainWhole(axis);
  if (rows) return whole(rows.kind, after, { ...rows.span, border: [0, 0] });
  return whole(hasPlaces(axis) ? "other" : (kindOf(axis) ?? "other"), after);
}

/** Resize: the same places, or a range of them. */
export const resize: FlowRule = ({ node, dims, layout, inputDims, ints }) => {
  const known = layout(0);
  if (!known) return undefined;
  const crops = text(node, "coordinate_transformation_mode") === "tf_crop_and_resize";
  const named = axesOf(node, dims.length);
  const roi = crops ? ints(1) : undefined;
  const axes = dims.map((dim, i): FlowAxis | undefined => {
    const before = inputDims(0)[i]!;
    if (dim === before) return { axis: known[i]!, from: [[0, i]] };
    const at = named.indexOf(i);
    if (!crops || at < 0) return { axis: resized(known[i]!, before, dim), from: [] };
    const ends = roi && [roi[at]!, roi[at + named.length]!];
    const axis = ends && cropped(known[i]!, dim, ends as [number, number]);
    return axis && { axis, from: [] };
  });
  return flowOf(axes);
};

/** The middles of the first and the last element lie at two shares of the way between those of the old ones. */
function cropped(axis: Axis, size: Dim, [start, end]: readonly [number, number]): Axis | undefined {
  const rows = plainWhole(axis);
  if (!rows || typeof size !== "number" || start === end)
    return hasPlaces(axis) ? undefined : whole("other", size);
  const one = ((end - start) * (rows.size - 1)) / Math.max(1, size - 1);
  const begin = start * (rows.size - 1) + 0.5 - one / 2;
  return whole(rows.kind, size, { ...part(rows, begin, begin + size * one), border: [0, 0] });
}

/** Pad: more places at either end, which are not the image's, or fewer. */
export const pad: FlowRule = ({ node, dims, layout, inputDims, ints }) => {
  const known = layout(0);
  const pads = ints(1);
  if (!known || !pads || (node.inputs[3] && !ints(3))) return undefined;
  const rank = dims.length;
  const named = (ints(3) ?? dims.map((_, i) => i)).map((axis) => (axis + rank) % rank);
  const axes = dims.map((dim, i): FlowAxis | undefined => {
    const at = named.indexOf(i);
    const [before, behind] = at < 0 ? [0, 0] : [pads[at]!, pads[at + named.length]!];
    if (before === 0 && behind === 0) return { axis: known[i]!, from: [[0, i]] };
    const axis = bordered(known[i]!, inputDims(0)[i]!, dim, [before, behind]);
    return axis && { axis, from: [] };
  });
  return flowOf(axes);
};

function bordered(
  axis: Axis,
  size: Dim,
  dim: Dim,
  [before, behind]: readonly [number, number],
): Axis | undefined {
  const rows = plainWhole(axis);
  if (rows) return whole(rows.kind, dim, part(rows, -before, rows.size + behind));
  if (!hasPlaces(axis)) return whole(kindOf(axis) ?? "other", dim);
  if (before < 0 || behind < 0 || typeof size !== "number") return undefined;
  return withTokens(axis, [before, size, behind], 1);
}

/** DepthToSpace and SpaceToDepth: [batch, channel, height, width] of other sizes. */
export const blocks: FlowRule = ({ dims, layout, inputDims }) => {
  const known = layout(0);
  if (!known) return undefined;
  const axes = dims.map((dim, i): FlowAxis => {
    if (i === 0) return { axis: known[0]!, from: [[0, 0]] };
    if (i === 1) return { axis: whole("channel", dim), from: [] };
    return { axis: resized(known[i]!, inputDims(0)[i]!, dim), from: [] };
  });
  return { axes };
};
