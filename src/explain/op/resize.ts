import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { isConcrete } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { castTo, stridesOf, tensor, type Tensor } from "../tensor";
import { attributesBut, float, text } from "./helper/attribute";
import { coordinateModes, weigh } from "./helper/interpolation";
import {
  resizeAttributes,
  resizedAxes,
  resizedDims,
  weightedAxes,
  type WeightedAxis,
} from "./helper/resizing";
import type { Backward, Op } from "./op";

/**
 * Resize: https://onnx.ai/onnx/operators/onnx__Resize.html
 *
 * X, roi, scales, sizes → Y. Each axis is resized on its own: weighted sums along one after the other. Besides the modes of today it
 * takes tf_half_pixel_for_nn, which opset 11 had.
 */
export const resize: Op = {
  name: "Resize",
  attributes: resizeAttributes,
  shape: ({ node, inputs: [x], ints }) => {
    if (!coordinateModes.includes(text(node, "coordinate_transformation_mode"))) {
      throw new GraphError(node.name, "has a coordinate_transformation_mode that does not exist");
    }
    return [{ type: x!.type, dims: resizedDims(node, x!.dims, ints) }];
  },
  eval: ([x, ...given], node) => {
    const axes = weightedAxes(node, x!.dims, (i) => given[i - 1] && [...given[i - 1]!.data]);
    const y = axes.reduce((value, { axis, weights }) => weigh(value, axis, weights), x!);
    return [castTo(extrapolated(y, axes, float(node, "extrapolation_value")), x!.type)];
  },
  vjp: (g, backward) => [() => gradient(g, backward), null, null, null],
};

/** Puts `value` where a position along any axis lies outside: there nothing was summed. */
function extrapolated(y: Tensor, axes: readonly WeightedAxis[], value: number): Tensor {
  const outside = axes.filter(({ weights }) => weights.some((row) => row.size === 0));
  if (value === 0 || outside.length === 0) return y;
  const strides = stridesOf(y.dims);
  const data = y.data.map((sum, i) => {
    const isOutside = outside.some(({ axis, weights }) => {
      return weights[Math.floor(i / strides[axis]!) % weights.length]!.size === 0;
    });
    return isOutside ? value : sum;
  });
  return tensor(y.type, data, y.dims);
}

/** Names only the axes that change, from the end; the others may be open. */
function gradient(g: Builder, { node, inputs: [x, ...given], dy }: Backward): string {
  const dims = g.dims(x!);
  const read = (i: number) => (given[i - 1] ? g.known(given[i - 1]!) : undefined);
  const all = resizedAxes(node, dims, read);
  const isStretched = text(node, "keep_aspect_ratio_policy") === "stretch";
  const places = all.flatMap(({ axis, output, scale }, i) =>
    isStretched && scale === 1 && output === dims[axis] ? [] : [i],
  );
  if (places.length === 0) return dy;
  const axes = places.map((i) => all[i]!.axis);
  const shape = axes.map((axis) => dims[axis]!);
  const lists = picked(g, node, read, places, all.length);
  if (!lists || !isConcrete(shape)) {
    throw new GraphError(node.name, "has no gradient: its sizes are not known before running");
  }
  return g.op("ResizeGrad", [dy, ...lists], {
    ...attributesBut(node, "extrapolation_value"),
    axes: axes.map((axis) => axis - dims.length),
    shape,
  });
}

/** roi, scales and sizes for the axes at `places` of `count`; `undefined` when one is not known. */
function picked(
  g: Builder,
  node: Node,
  read: (index: number) => readonly Dim[] | undefined,
  places: readonly number[],
  count: number,
): string[] | undefined {
  const types = ["float32", "float32", "int64"] as const;
  const names = types.map((type, k) => {
    const list = read(k + 1);
    const wanted = k === 0 ? [...places, ...places.map((i) => i + count)] : places;
    const values = list && list.length > 0 ? wanted.map((i) => list[i]!) : [];
    if ((node.inputs[k + 1] && !list) || !isConcrete(values)) return undefined;
    return values.length === 0 ? "" : g.constant(tensor(type, values));
  });
  return names.every((name) => name !== undefined) ? names : undefined;
}
