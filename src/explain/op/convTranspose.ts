import { GraphError } from "../error";
import { isConcrete, multiplyDims, printDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { tensor } from "../tensor";
import { int, maybeInts, text } from "./helper/attribute";
import { sumPerChannel } from "./helper/channels";
import { foldClasses, unfoldClasses } from "./helper/classes";
import { biased, checkChannels, correlateTransposed, kernelOf } from "./helper/convolution";
import type { Op } from "./op";
import {
  concreteSizes,
  explicitWindow,
  extentOf,
  shiftDim,
  windowAttributes,
  windowOf,
  type Window,
} from "./helper/window";

/**
 * ConvTranspose: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
 *
 * X [N, C, …], W [C, M/group, …], B [M] → Y [N, M, …]: the transpose of the convolution of Y by W.
 */
export const convTranspose: Op = {
  name: "ConvTranspose",
  attributes: { ...windowAttributes, group: 1, output_padding: undefined, output_shape: undefined },
  shape: ({ node, inputs }) => {
    const [batch, , ...sizes] = inputs[0]!.dims;
    const filter = inputs[1]!.dims;
    const channels = multiplyDims([filter[1]!, int(node, "group")]);
    checkChannels(node, channels, filter);
    const kernel = kernelOf(node, filter);
    const output = transposedSizes(node, sizes, kernel);
    if (isConcrete(sizes)) transposedWindow(node, sizes, kernel);
    return [{ type: inputs[0]!.type, dims: [batch!, channels, ...output] }];
  },
  eval: ([x, w, b], node) => {
    const [sizes, kernel] = [x!.dims.slice(2), w!.dims.slice(2)];
    const window = transposedWindow(node, sizes, kernel);
    const outputs = transposedSizes(node, sizes, kernel) as number[];
    const input = [x!.dims[0]!, w!.dims[1]! * int(node, "group"), ...outputs];
    const y = biased(input, b);
    correlateTransposed({ window, input, filter: w!.dims, output: x!.dims }, y, w!.data, x!.data);
    return [tensor(x!.type, y, input)];
  },
  vjp: (g, { node, inputs, dy }) => {
    const [x, w] = inputs as [string, string];
    const group = int(node, "group");
    const kernel = kernelOf(node, g.dims(w));
    const sizes = concreteSizes(node, g.dims(x).slice(2));
    const explicit = { ...explicitWindow(transposedWindow(node, sizes, kernel)), group };
    return [
      () => g.splitClasses(g.op("Conv", [g.mergeClasses(dy), w], explicit), x),
      () => {
        const folded = foldClasses(g, dy, 1, group);
        const dw = g.op("ConvFilterGrad", [folded, x], { ...explicit, kernel_shape: kernel });
        return unfoldClasses(g, dw, 1, 1);
      },
      () => sumPerChannel(g, dy, sizes.length + 2),
    ];
  },
};

/** The spatial sizes of the output. */
function transposedSizes(node: Node, input: readonly Dim[], kernel: readonly number[]): Dim[] {
  const stated = maybeInts(node, "output_shape");
  if (stated) return stated.slice(-input.length);
  const window = slidingWindow(node, kernel);
  return input.map((size, axis) => {
    const stride = window.strides[axis]!;
    const reach = extraOf(node, axis) + extentOf(window, axis);
    return grow(size, stride, reach - stride - paddingOf(node, window, axis));
  });
}

/** The padding of an axis, both sides together, that follows without the sizes. */
function paddingOf(node: Node, window: Window, axis: number): number {
  const auto = text(node, "auto_pad");
  if (auto === "VALID") return 0;
  if (auto === "NOTSET") return window.begin[axis]! + window.end[axis]!;
  return Math.max(0, extraOf(node, axis) + extentOf(window, axis) - window.strides[axis]!);
}

/**
 * The window over the output, with its pads made explicit: a stated `output_shape` or `auto_pad` determines them.
 */
function transposedWindow(node: Node, input: readonly number[], kernel: readonly number[]): Window {
  const window = slidingWindow(node, kernel);
  const output = transposedSizes(node, input, kernel) as number[];
  const spans = input.map(
    (size, axis) => window.strides[axis]! * (size - 1) + extentOf(window, axis),
  );
  const extras = spans.map((span, axis) => Math.max(extraOf(node, axis), output[axis]! - span));
  if (extras.some((extra, axis) => extra >= window.strides[axis]!)) {
    throw new GraphError(
      node.name,
      `ConvTranspose to ${printDims(output)} adds more behind the end than its strides allow`,
    );
  }
  const auto = text(node, "auto_pad");
  if (auto === "NOTSET" && !maybeInts(node, "output_shape")) return window;
  const totals = spans.map((span, axis) => span + extras[axis]! - output[axis]!);
  const lesser = totals.map((total) => Math.floor(total / 2));
  const greater = totals.map((total) => Math.ceil(total / 2));
  return auto === "SAME_UPPER"
    ? { ...window, begin: lesser, end: greater }
    : { ...window, begin: greater, end: lesser };
}

/** The window without regard to `auto_pad`, which means something else here than in Conv. */
function slidingWindow(node: Node, kernel: readonly number[]): Window {
  return windowOf(
    { ...node, attributes: { ...node.attributes, auto_pad: "NOTSET" } },
    kernel,
    kernel,
  );
}

function extraOf(node: Node, axis: number): number {
  return maybeInts(node, "output_padding")?.[axis] ?? 0;
}

/** `stride·size + offset`. */
function grow(size: Dim, stride: number, offset: number): Dim {
  if (typeof size === "number") return stride * size + offset;
  return shiftDim(multiplyDims([stride, size]), offset);
}
