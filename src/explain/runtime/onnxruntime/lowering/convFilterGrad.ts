import type { Builder } from "../../../graph/builder";
import { multiplyDims } from "../../../graph/dim";
import { int, ints } from "../../../op/helper/attribute";
import { transposed } from "../../../op/helper/matrix";
import { windowOf, type Window } from "../../../op/helper/window";
import { sizeOf } from "../../../tensor";
import type { Lowering } from "./lowering";

/** Fewer input channels per group than this make matrices so thin that all taps are multiplied at once. */
const thin = 8;

/**
 * For every element of the kernel, a strided Slice of the padded input times dY, with the batch folded into the sum. One product for
 * all taps (im2col) is faster only for thin inputs; Conv with batch and channels swapped, or a product per image with a sum over
 * images, are several times slower at some sizes (512 → 512 at 7², batch 8: 20 ms against 44, 49 and 91).
 */
export const convFilterGrad: Lowering = {
  op: "ConvFilterGrad",
  lower(g, node) {
    const [x, dy] = node.inputs as [string, string];
    const group = int(node, "group");
    const kernel = ints(node, "kernel_shape");
    const window = windowOf(node, g.dims(x).slice(2), kernel);
    const [batch, filters, ...outputs] = g.dims(dy) as [string | number, number, ...number[]];
    const depth = (g.dims(x)[1] as number) / group;
    const terms = multiplyDims([batch, ...outputs]);
    const cotangent = g.reshape(channelsFirst(g, dy), [group, filters / group, terms]);
    const taps = slices(g, channelsFirst(g, x), window, outputs);
    const flat = taps.map((tap) => g.reshape(tap, [group, depth, terms]));
    const together = group === 1 && depth < thin && flat.length > 1;
    const right = together ? [g.op("Concat", flat, { axis: 1 })] : flat;
    const products = right.map((each) => g.op("MatMul", [cotangent, transposed(g, each)]));
    return [assembled(g, products, [filters, depth, ...kernel], group)];
  },
};

/** [N, C, …] → [C, N, …] */
function channelsFirst(g: Builder, value: string): string {
  const rank = g.dims(value).length;
  const spatial = Array.from({ length: rank - 2 }, (_, axis) => axis + 2);
  return g.op("Transpose", [value], { perm: [1, 0, ...spatial] });
}

/** For every element of the kernel, the input elements that it meets, in the order of the output positions. */
function slices(g: Builder, x: string, window: Window, outputs: readonly number[]): string[] {
  const pads = [0, 0, ...window.begin, 0, 0, ...window.end];
  const padded = pads.some((pad) => pad > 0) ? g.op("Pad", [x, g.ints(pads)]) : x;
  const axes = outputs.map((_, axis) => axis + 2);
  return Array.from({ length: sizeOf(window.kernel) }, (_, tap) => {
    const starts = outputs.map((_, axis) => {
      const inner = sizeOf(window.kernel.slice(axis + 1));
      return (Math.floor(tap / inner) % window.kernel[axis]!) * window.dilations[axis]!;
    });
    const ends = starts.map(
      (start, axis) => start + (outputs[axis]! - 1) * window.strides[axis]! + 1,
    );
    const inputs = [padded, g.ints(starts), g.ints(ends), g.ints(axes), g.ints(window.strides)];
    return g.op("Slice", inputs);
  });
}

/** Products [group, M/group, C/group] per tap, or one of all taps side by side → the filter. */
function assembled(
  g: Builder,
  products: readonly string[],
  [filters, depth, ...kernel]: readonly [number, number, ...number[]],
  group: number,
): string {
  const taps = sizeOf(kernel);
  const each = filters / group;
  const columns = products.map((product) =>
    g.reshape(product, [group, each, taps / products.length, depth]),
  );
  const all = columns.length === 1 ? columns[0]! : g.op("Concat", columns, { axis: 2 });
  const depthFirst =
    taps * depth === depth ? all : g.op("Transpose", [all], { perm: [0, 1, 3, 2] });
  return g.reshape(depthFirst, [filters, depth, ...kernel]);
}
