import { GraphError } from "../../error";
import { isConcrete, multiplyDims, printDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { float, int, maybeInts, text } from "./attribute";
import { axisFromFront, openDim } from "./axis";
import { weightsAlong, type Interpolation, type Weights } from "./interpolation";
import { count } from "./select";

/** Attributes of Resize, with their defaults. */
export const resizeAttributes = {
  antialias: 0,
  axes: undefined,
  coordinate_transformation_mode: "half_pixel",
  cubic_coeff_a: -0.75,
  exclude_outside: 0,
  extrapolation_value: 0,
  keep_aspect_ratio_policy: "stretch",
  mode: "nearest",
  nearest_mode: "round_prefer_floor",
};

/** The elements of a small input of the node: 1 = roi, 2 = scales, 3 = sizes; `undefined` when they are not known. */
export type Read = (index: number) => readonly Dim[] | undefined;

/** What one axis (from the front) becomes. */
export interface ResizedAxis {
  readonly axis: number;
  /** `undefined` when not known. */
  readonly output: Dim | undefined;
  readonly scale: number | undefined;
}

/** The weights along one axis (from the front). */
export interface WeightedAxis {
  readonly axis: number;
  readonly size: number;
  readonly weights: Weights;
}

/** Every axis that Resize names, with the size it gets, as far as it is known. */
export function resizedAxes(node: Node, dims: readonly Dim[], read: Read): ResizedAxis[] {
  const axes = axesOf(node, dims.length);
  const [scales, sizes] = [given(read(2)), given(read(3))];
  const wrong = [scales, sizes].find((list) => list && list.length !== axes.length);
  if (wrong) {
    throw new GraphError(
      node.name,
      `has ${printDims(wrong)} for the ${axes.length} axes to resize`,
    );
  }
  if (sizes && text(node, "keep_aspect_ratio_policy") !== "stretch") {
    return withAspectRatio(node, dims, axes, sizes);
  }
  return axes.map((axis, i) => {
    const size = dims[axis]!;
    if (sizes) return { axis, output: sizes[i], scale: ratio(sizes[i]!, size) };
    const scale = scales ? Math.fround(Number(scales[i])) : undefined;
    return { axis, output: scale === undefined ? undefined : scaled(size, scale), scale };
  });
}

/** The shape after resizing; a size that is not known takes a name of its own. */
export function resizedDims(node: Node, dims: readonly Dim[], read: Read): Dim[] {
  const result = [...dims];
  for (const { axis, output } of resizedAxes(node, dims, read)) {
    result[axis] = output ?? openDim(node, axis);
  }
  return result;
}

/**
 * The weights of every axis that changes. As onnxruntime does, an axis with a scale of 1 stays as it is, with antialiasing one whose size
 * stays, and everything when no size changes.
 */
export function weightedAxes(node: Node, dims: readonly Dim[], read: Read): WeightedAxis[] {
  const axes = resizedAxes(node, dims, read);
  if (axes.every(({ axis, output }) => output === dims[axis])) return [];
  const roi = given(read(1));
  return axes.flatMap(({ axis, output, scale }, i) => {
    if (scale === 1 || (int(node, "antialias") === 1 && output === dims[axis])) return [];
    const size = dims[axis]!;
    if (typeof size !== "number" || typeof output !== "number" || scale === undefined) {
      throw new GraphError(node.name, `${node.op} needs its sizes as numbers`);
    }
    const part = [Number(roi?.[i] ?? 0), Number(roi?.[i + axes.length] ?? 1)] as const;
    const weights = weightsAlong({ size, output, scale, roi: part }, interpolationOf(node));
    return [{ axis, size, weights }];
  });
}

/** The axes that Resize names, from the front: all unless it says which. */
export function axesOf(node: Node, rank: number): number[] {
  const axes = maybeInts(node, "axes") ?? count(rank);
  return axes.map((axis) => axisFromFront(node, axis, rank));
}

function interpolationOf(node: Node): Interpolation {
  return {
    mode: text(node, "mode"),
    coordinates: text(node, "coordinate_transformation_mode"),
    nearest: text(node, "nearest_mode"),
    cubicCoefficient: float(node, "cubic_coeff_a"),
    antialias: int(node, "antialias") === 1,
    excludeOutside: int(node, "exclude_outside") === 1,
  };
}

/** Exporters write an input that is not meant as an empty list. */
function given(list: readonly Dim[] | undefined): readonly Dim[] | undefined {
  return list?.length === 0 ? undefined : list;
}

/** One scale for all axes: the least or the greatest that the wanted sizes ask for. */
function withAspectRatio(
  node: Node,
  dims: readonly Dim[],
  axes: readonly number[],
  sizes: readonly Dim[],
): ResizedAxis[] {
  const scales = axes.map((axis, i) => ratio(sizes[i]!, dims[axis]!));
  if (!scales.every((scale) => scale !== undefined)) {
    return axes.map((axis) => ({ axis, output: undefined, scale: undefined }));
  }
  const least = text(node, "keep_aspect_ratio_policy") === "not_larger";
  const scale = least ? Math.min(...scales) : Math.max(...scales);
  return axes.map((axis) => {
    const size = dims[axis]!;
    const output = typeof size === "number" ? Math.round(Math.fround(scale * size)) : size;
    return { axis, output, scale };
  });
}

function ratio(output: Dim, size: Dim): number | undefined {
  if (output === size) return 1;
  return isConcrete([output, size]) ? Math.fround(Number(output) / Number(size)) : undefined;
}

function scaled(size: Dim, scale: number): Dim | undefined {
  if (typeof size === "number") return Math.floor(Math.fround(size * scale));
  return Number.isInteger(scale) ? multiplyDims([scale, size]) : undefined;
}
