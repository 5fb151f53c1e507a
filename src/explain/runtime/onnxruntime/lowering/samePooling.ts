import { isConcrete } from "../../../graph/dim";
import { ints, text } from "../../../op/helper/attribute";
import { explicitPooling } from "../../../op/helper/pooling";
import { windowOf } from "../../../op/helper/window";
import type { Lowering } from "./lowering";

/**
 * Pooling that pads by SAME_UPPER or SAME_LOWER, where onnxruntime (1.30, 1.32) does not do as the specification says: it pads nothing
 * when the window is dilated, and begins inside the input when the steps are wider than the window. Pads as wide as the window itself,
 * which a window of 2 has when it is dilated by 3, onnxruntime refuses.
 */
const samePooling = (op: string): Lowering => ({
  op,
  lower(g, node) {
    const [x] = node.inputs as [string];
    const sizes = g.dims(x).slice(2);
    if (!text(node, "auto_pad").startsWith("SAME") || !isConcrete(sizes)) return undefined;
    const { dilations, kernel, strides } = windowOf(node, sizes, ints(node, "kernel_shape"));
    const isWide = kernel.some((size, axis) => strides[axis]! > size);
    if (!isWide && dilations.every((dilation) => dilation === 1)) return undefined;
    const { auto_pad: _, ...rest } = node.attributes;
    const explicit = { ...rest, ...explicitPooling(node, g.dims(x)), ceil_mode: 0 };
    return g.ops(op, [x], node.outputs.length, explicit);
  },
});

export const samePoolings: readonly Lowering[] = ["AveragePool", "LpPool", "MaxPool"].map(
  samePooling,
);
