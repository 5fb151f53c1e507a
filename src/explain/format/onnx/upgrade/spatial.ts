import type { Builder } from "../../../graph/builder";
import { isConcrete } from "../../../graph/dim";
import type { Node } from "../../../graph/graph";
import { scale, shift } from "../../../op/helper/rule";
import { sizeOf, zeros } from "../../../tensor";
import type { Refuse } from "../attribute";
import { numberOf } from "./helper/attribute";
import { integer } from "./helper/shape";
import { last } from "./helper/step";
import type { Rule, Upgrade } from "./upgrade";

/** Operators on positions that are compositions of others: https://onnx.ai/onnx/operators/ */
export const spatial: readonly Rule[] = Object.entries<Upgrade>({
  AffineGrid: affineGrid,
  CenterCropPad: centerCropPad,
  Col2Im: columnsToImage,
  GlobalLpPool: globalLpPool,
  MaxUnpool: maxUnpool,
}).map(([op, upgrade]) => ({ op, upgrade }));

/** Σ over the axes of the coordinate −1 … 1 along it times its column of theta [N, axes, axes + 1], plus the last column. */
function affineGrid(g: Builder, node: Node): Node {
  const [theta, size] = node.inputs as [string, string];
  const axes = Number(g.dims(theta)[1]);
  const ones = Array.from({ length: axes }, (_, i) => i + 1);
  const column = (i: number) =>
    g.op("Unsqueeze", [g.op("Gather", [theta, integer(g, i)], { axis: 2 }), g.ints(ones)]);
  const isAligned = numberOf(node, "align_corners", 0) === 1;
  const terms = ones.map((_, i) => {
    // The first column of theta belongs to the last axis.
    const axis = axes - 1 - i;
    const along = coordinates(g, g.op("Gather", [size, integer(g, axis + 2)]), theta, isAligned);
    const after = new Array<number>(axes - axis).fill(1);
    return g.op("Mul", [g.op("Reshape", [along, g.ints([-1, ...after])]), column(i)]);
  });
  const sum = terms.reduce((a, b) => g.op("Add", [a, b]));
  return last(node, "Add", [sum, column(axes)]);
}

/**
 * `size` coordinates: from −1 to 1, or, not aligned, the middles of as many parts of that. One alone is 1 when aligned, as in
 * onnxruntime; it is −1 in the ONNX reference and 0 in PyTorch.
 */
function coordinates(g: Builder, size: string, like: string, isAligned: boolean): string {
  const float = (value: string) => g.op("Cast", [value], { to: g.type(like) });
  const one = integer(g, 1);
  const places = float(g.op("Range", [integer(g, 0), size, one]));
  if (!isAligned) {
    const middles = g.op("Div", [shift(g, scale(g, places, 2), 1), float(size)]);
    return shift(g, middles, -1);
  }
  const steps = g.op("Sub", [size, one]);
  const fromEnd = g.op("Sub", [places, float(steps)]);
  const parts = float(g.op("Max", [steps, one]));
  return shift(g, g.op("Div", [scale(g, fromEnd, 2), parts]), 1);
}

/** Half of what is missing goes before, rounded down; half of what is too much comes off before, rounded down too. */
function centerCropPad(g: Builder, node: Node): Node {
  const [x, target] = node.inputs as [string, string];
  const rank = g.dims(x).length;
  const given =
    (node.attributes.axes as readonly number[] | undefined) ?? g.dims(x).map((_, i) => i);
  const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
  const sizes = g.op("Gather", [g.op("Shape", [x]), g.ints(axes)]);
  const missing = g.op("Sub", [target, sizes]);
  const before = g.op("Div", [missing, g.ints([2])]);
  const pads = g.op("Concat", [before, g.op("Sub", [missing, before])], { axis: 0 });
  return last(node, "Pad", [x, pads, "", g.ints(axes)]);
}

/** What the kernels of Col2Im may come to, in numbers. */
const mostKernels = 2 ** 24;

/** Every column is laid where its block was: a transposed convolution whose kernels hold one 1 each. */
function columnsToImage(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, imageShape, blockShape] = node.inputs as [string, string, string];
  const image = g.known(imageShape);
  const block = g.known(blockShape);
  const depth = g.dims(x)[1];
  if (!image || !block || !isConcrete(image) || !isConcrete(block) || typeof depth !== "number") {
    throw refuse("has sizes that are not known before running");
  }
  const axes = image.length;
  const list = (name: string, value: number) =>
    (node.attributes[name] as readonly number[] | undefined) ?? new Array<number>(axes).fill(value);
  const [strides, dilations] = [list("strides", 1), list("dilations", 1)];
  const pads =
    (node.attributes.pads as readonly number[] | undefined) ?? new Array<number>(2 * axes).fill(0);
  const room = image.map(
    (size, i) => size + pads[i]! + pads[i + axes]! - dilations[i]! * (block[i]! - 1) - 1,
  );
  const steps = room.map((length, i) => Math.floor(length / strides[i]!));
  const taps = sizeOf(block);
  if (block.some((size) => !(size >= 1)) || depth % taps !== 0 || depth * taps > mostKernels) {
    throw refuse(`has blocks of [${block.join(",")}] in columns of ${depth}`);
  }
  const kernels = zeros(g.type(x), [depth, 1, ...block]);
  for (let i = 0; i < depth; i++) kernels.data[i * taps + (i % taps)] = 1;
  const planes = g.op("Reshape", [x, g.ints([-1, depth, ...steps.map((count) => count + 1)])]);
  return last(node, "ConvTranspose", [planes, g.constant(kernels)], {
    ...{ strides, dilations, pads, group: depth / taps },
    output_padding: room.map((length, i) => length % strides[i]!),
  });
}

/** (Σ |x|ᵖ)^(1/p) over everything but batch and channels. */
function globalLpPool(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const p = numberOf(node, "p", 2);
  const axes = g.ints(g.dims(x).flatMap((_, axis) => (axis < 2 ? [] : [axis])));
  if (p === 1 || p === 2) return last(node, `ReduceL${p}`, [x, axes]);
  const powers = g.op("Pow", [g.op("Abs", [x]), g.scalar(p, x)]);
  return last(node, "Pow", [g.op("ReduceSum", [powers, axes]), g.scalar(1 / p, x)]);
}

/** The indices count through the whole of the larger value, all images and channels. */
function maxUnpool(g: Builder, node: Node): Node {
  const [x, indices, outputShape] = node.inputs as [string, string, string?];
  const shape = outputShape ? sameBatch(g, x, outputShape) : unpooledShape(g, node, x);
  const flat = (value: string) => g.op("Reshape", [value, g.ints([-1])]);
  const count = g.op("ReduceProd", [shape], { keepdims: 1 });
  const nothing = g.op("ConstantOfShape", [count], { value: zeros(g.type(x), [1]) });
  const all = g.op("ScatterElements", [nothing, flat(indices), flat(x)]);
  return last(node, "Reshape", [all, shape]);
}

/** A shape with the batch of `x` in front: an exporter's literal 1 may be opened later. */
function sameBatch(g: Builder, x: string, shape: string): string {
  const rest = g.op("Slice", [shape, g.ints([1]), g.ints([g.dims(x).length])]);
  return g.op("Concat", [g.op("Shape", [x], { start: 0, end: 1 }), rest], { axis: 0 });
}

/** (size − 1) · stride + kernel − padding along each axis. */
function unpooledShape(g: Builder, node: Node, x: string): string {
  const kernel = node.attributes.kernel_shape as readonly number[];
  const strides = (node.attributes.strides as readonly number[] | undefined) ?? kernel.map(() => 1);
  const pads =
    (node.attributes.pads as readonly number[] | undefined) ?? kernel.flatMap(() => [0, 0]);
  const offsets = kernel.map((size, i) => size - strides[i]! - pads[i]! - pads[i + kernel.length]!);
  const sizes = g.op("Shape", [x], { start: 2 });
  const spread = g.op("Mul", [sizes, g.ints(strides)]);
  const whole = g.op("Add", [spread, g.ints(offsets)]);
  return g.op("Concat", [g.op("Shape", [x], { start: 0, end: 2 }), whole], { axis: 0 });
}
