import type { Dim } from "../../graph/graph";
import { maybeInts } from "../../op/helper/attribute";
import { kindOf, whole, type Axis } from "./layout";
import type { FlowAxis, FlowContext, FlowRule } from "./flow";

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
  const axes = dims.map((dim, i): FlowAxis => {
    if (i === 0) return { axis: known[0]!, from: [[0, 0]] };
    if (i === 1 && newChannels) return { axis: whole("channel", dim), from: [] };
    if (i === 1) return { axis: known[1]!, from: [[0, 1]] };
    const axis = resized(known[i]!, context.inputDims(0)[i]!, dim);
    return { axis, from: kernel[i - 2] === 1 ? [[0, i]] : [] };
  });
  return { axes };
}

/** Pad, Resize and the like: places of another size are places of their own. */
export const resizing: FlowRule = ({ dims, layout, inputDims }) => {
  const known = layout(0);
  if (!known) return undefined;
  const axes = dims.map((dim, i): FlowAxis => {
    const before = inputDims(0)[i]!;
    return { axis: resized(known[i]!, before, dim), from: dim === before ? [[0, i]] : [] };
  });
  return { axes };
};

/** DepthToSpace and SpaceToDepth: [batch, channel, height, width] of other sizes. */
export const blocks: FlowRule = ({ dims, layout }) => {
  const known = layout(0);
  if (!known) return undefined;
  const axes = dims.map((dim, i): FlowAxis => {
    if (i === 0) return { axis: known[0]!, from: [[0, 0]] };
    return { axis: whole(i === 1 ? "channel" : (kindOf(known[i]!) ?? "other"), dim), from: [] };
  });
  return { axes };
};

/** An axis of the same size stays what it was, another is a new whole of its kind. */
export function resized(axis: Axis, before: Dim, after: Dim): Axis {
  return before === after ? axis : whole(kindOf(axis) ?? "other", after);
}
