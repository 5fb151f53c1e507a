import type { Builder } from "../../../graph/builder";
import type { Dim, Node } from "../../../graph/graph";
import { float, int, text } from "../../../op/helper/attribute";
import { shapeValue } from "../../../op/helper/cotangent";
import {
  resizedAxes,
  weightedAxes,
  type ResizedAxis,
  type WeightedAxis,
} from "../../../op/helper/resizing";
import { tensor } from "../../../tensor";
import type { Lowering } from "./lowering";
import { copies, weighedAlong } from "./weighing";

/**
 * onnxruntime's Resize, with all axes named, because its axes cannot be negative and not every pass of its optimizer knows of them; copies
 * in the one form that is fast (2× nearest, 56²×64: 0.15 against 0.47 ms).
 *
 * As a product with the weights per axis what onnxruntime does not have (`interpolated`), and cubic interpolation, which it does slowly
 * (28² → 14², 256 channels: 0.13 against 7 ms; 448² → 224², 3 channels: 2.6 against 21). Alone, a product is faster than linear
 * enlargement of small maps too (14² → 28², 256 channels: 0.13 against 0.36 ms), but not between convolutions, where onnxruntime's
 * interpolation stays in the blocked layout (all three, 28² → 56², 64 channels: 1.97 against 1.72 ms).
 */
export const resize: Lowering = {
  op: "Resize",
  lower(g, node) {
    const [x, ...given] = node.inputs as [string];
    const read = (i: number) => g.known(given[i - 1] ?? "");
    const dims = g.dims(x);
    const axes = resizedAxes(node, dims, read);
    if (!areKnown(node, dims, axes, read)) return undefined;
    const weighted = weightedAxes(node, dims, read);
    if (weighted.length === 0) return [x];
    const times = weighted.map(({ size, weights }) => copies(weights, size));
    if (times.every((factor) => factor !== undefined)) return [copied(g, x, weighted, times)];
    const full = text(node, "mode") === "nearest" || !isSlow(node, weighted, dims.length);
    const inputs = full ? allAxes(g, node, axes, weighted, read(1)) : undefined;
    if (inputs) {
      const { axes: _axes, keep_aspect_ratio_policy: _policy, ...attributes } = node.attributes;
      return [g.op("Resize", inputs, attributes)];
    }
    const product = weighted.reduce(
      (value, { axis, size, weights }) => weighedAlong(g, value, axis, size, weights),
      x,
    );
    return [extrapolated(g, product, weighted, float(node, "extrapolation_value"))];
  },
};

function areKnown(
  node: Node,
  dims: readonly Dim[],
  axes: readonly ResizedAxis[],
  read: (index: number) => readonly Dim[] | undefined,
): boolean {
  const isSettled = ({ axis, output, scale }: ResizedAxis) =>
    (scale === 1 && output === dims[axis]) ||
    (typeof output === "number" && typeof dims[axis] === "number" && scale !== undefined);
  return axes.every(isSettled) && (!node.inputs[1] || read(1) !== undefined);
}

/** The axes that onnxruntime interpolates along, by rank: planes with the channels first or last, and volumes. */
const interpolated: Readonly<Record<number, readonly (readonly number[])[]>> = {
  2: [[0, 1]],
  3: [[0, 1, 2]],
  4: [
    [2, 3],
    [1, 2],
  ],
  5: [[2, 3, 4]],
};

/** Whether onnxruntime lacks this form, or is slower at it. */
function isSlow(node: Node, weighted: readonly WeightedAxis[], rank: number): boolean {
  const isNative = interpolated[rank]?.some((set) =>
    weighted.every(({ axis }) => set.includes(axis)),
  );
  if (!isNative) return true;
  if (int(node, "antialias") === 1) return rank % 2 === 1;
  return text(node, "mode") === "cubic" || int(node, "exclude_outside") === 1;
}

/** Every element a whole number of times, in the form that onnxruntime has a fast path for. */
function copied(
  g: Builder,
  x: string,
  weighted: readonly WeightedAxis[],
  times: readonly number[],
): string {
  const scales = g.dims(x).map(() => 1);
  weighted.forEach(({ axis }, i) => (scales[axis] = times[i]!));
  return g.op("Resize", [x, "", g.constant(tensor("float32", scales))], {
    coordinate_transformation_mode: "asymmetric",
    mode: "nearest",
    nearest_mode: "floor",
  });
}

/** roi, scales and sizes for every axis; `undefined` where they would mean something else. */
function allAxes(
  g: Builder,
  node: Node,
  axes: readonly ResizedAxis[],
  weighted: readonly WeightedAxis[],
  roi: readonly Dim[] | undefined,
): string[] | undefined {
  const [x] = node.inputs as [string];
  const dims = g.dims(x);
  const floats = (values: readonly number[]) => g.constant(tensor("float32", values));
  const parts = [dims.map(() => 0), dims.map(() => 1)];
  const scales = dims.map(() => 1);
  const sizes = [...dims];
  axes.forEach(({ axis, output, scale }, i) => {
    if (weighted.every((other) => other.axis !== axis)) return;
    if (roi?.length) parts.forEach((part, k) => (part[axis] = Number(roi[i + k * axes.length])));
    scales[axis] = scale!;
    sizes[axis] = output!;
  });
  const part = roi?.length ? floats(parts.flat()) : "";
  const holds = (test: (size: number, output: number, scale: number) => boolean) =>
    dims.every((dim, axis) =>
      dim === sizes[axis] && scales[axis] === 1
        ? true
        : test(Number(dim), Number(sizes[axis]), scales[axis]!),
    );
  const { fround, floor } = Math;
  // onnxruntime multiplies in single precision when it runs, and in double when it infers shapes.
  const agrees = (size: number, output: number, scale: number) =>
    floor(fround(scale * size)) === output && floor(scale * size) === output;
  if (holds(agrees)) return [x, part, floats(scales)];
  const bySize = holds((size, output, scale) => fround(output / size) === scale);
  return bySize ? [x, part, "", shapeValue(g, sizes, x)] : undefined;
}

/** Adds `value` where a position along any axis lies outside: the product is 0 there. */
function extrapolated(
  g: Builder,
  product: string,
  weighted: readonly WeightedAxis[],
  value: number,
): string {
  if (value === 0) return product;
  const rank = g.dims(product).length;
  const inside = weighted.map(({ axis, weights }) => {
    const dims = new Array<number>(rank - axis).fill(1).with(0, weights.length);
    const seen = weights.map((row) => (row.size === 0 ? 0 : 1));
    return g.constant(tensor(g.type(product), seen, dims));
  });
  const all = inside.reduce((a, b) => g.op("Mul", [a, b]));
  const outside = g.op("Sub", [g.scalar(1, product), all]);
  return g.op("Add", [product, g.op("Mul", [outside, g.scalar(value, product)])]);
}
