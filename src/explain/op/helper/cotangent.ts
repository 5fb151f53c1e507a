import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { isConcrete, printDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";
import { scalar, tensor } from "../../tensor";
import { count } from "./select";

/** A shape as an int64 value; sizes with names are taken at run time from `like`, which must have them. */
export function shapeValue(g: Builder, dims: readonly Dim[], like: string): string {
  if (isConcrete(dims)) return g.ints(dims);
  const have = g.dims(like);
  const parts = dims.map((dim) => {
    if (typeof dim === "number") return g.ints([dim]);
    const start = have.indexOf(dim);
    if (start < 0) throw new GraphError(like, `has no axis of size ${dim}: ${printDims(have)}`);
    return g.op("Shape", [like], { start, end: start + 1 });
  });
  return g.op("Concat", parts, { axis: 0 });
}

/** Repeats a value (indices, updates) along the class axis, because scattering and gathering do not broadcast. */
export function perClass(g: Builder, value: string): string {
  if (g.classes === 1) return value;
  return g.op("Expand", [value, shapeValue(g, g.cotangentDims(value), value)]);
}

/**
 * Rows of indices [b…, i…, m], which name places behind the first `batch` axes b, as rows [K, b…, i…, 1 + b + m] that name places of a
 * cotangent from its very front.
 */
export function fromFront(g: Builder, indices: string, batch: number): string {
  const dims = g.cotangentDims(indices);
  const lead = batch + (g.classes === 1 ? 0 : 1);
  if (lead === 0) return indices;
  const column = shapeValue(g, dims.with(-1, 1), indices);
  const coordinates = count(lead).map((axis) => {
    const along = dims.map((_, i) => (i === axis ? -1 : 1));
    const places = g.op("Reshape", [positions(g, dims[axis]!, indices), g.ints(along)]);
    return g.op("Expand", [places, column]);
  });
  return g.op("Concat", [...coordinates, perClass(g, indices)], { axis: -1 });
}

/** 0, 1, …, size − 1; a size with a name is taken at run time from `like`, which must have it. */
export function positions(g: Builder, size: Dim, like: string): string {
  if (typeof size === "number") return g.ints(count(size));
  const [zero, one] = [0, 1].map((value) => g.constant(scalar("int64", value)));
  const limit = g.op("Reshape", [shapeValue(g, [size], like), g.ints([])]);
  return g.op("Range", [zero!, limit, one!]);
}

/**
 * Undoes picking `positions` (one axis of indices) along `axis` (from the end): each slice of `dy` is added where it was picked
 * from, in zeros of shape `dims`, whose names `like` has.
 */
export function addAlong(
  g: Builder,
  dy: string,
  positions: string,
  axis: number,
  dims: readonly Dim[],
  like: string,
): string {
  const have = g.dims(dy);
  const column = have.map((_, i) => (i === have.length + axis ? g.dims(positions)[0]! : 1));
  const shaped = g.reshape(positions, column.slice(axis));
  const indices = g.op("Expand", [shaped, shapeValue(g, have, dy)]);
  const empty = zeroValue(g, dims, like);
  return g.op("ScatterElements", [empty, indices, dy], { axis, reduction: "add" });
}

/**
 * Undoes picking distinct `indices` along `axis` (from the end) of a value that was `size` long there: by padding when they follow
 * each other, else by gathering from the slices of `dy` and one slice of zeros. Faster than {@link addAlong}.
 */
export function putBack(
  g: Builder,
  dy: string,
  indices: readonly number[],
  axis: number,
  size: number,
): string {
  const pad = (before: number, after: number) =>
    g.op("Pad", [dy, g.ints([before, after]), "", g.ints([axis])]);
  const [first = 0] = indices;
  const isRun = indices.every((index, i) => index === first + i);
  if (isRun) return pad(first, size - first - indices.length);
  const source = count(size).map((i) =>
    indices.includes(i) ? indices.indexOf(i) : indices.length,
  );
  return g.op("Gather", [pad(0, 1), g.constant(tensor("int64", source))], { axis });
}

/** A cotangent of a value that has the elements of `x` in their order, in the shape of a cotangent of `x`. */
export function asCotangentOf(g: Builder, x: string, dy: string): string {
  const dims = g.cotangentDims(x);
  if (dims.filter((dim) => typeof dim === "string").length <= 1) return g.reshape(dy, dims);
  return g.op("Reshape", [dy, shapeValue(g, dims, x)]);
}

/** Zeros of shape `dims`, in the element type of `like`, which must have the names among them. */
export function zeroValue(g: Builder, dims: readonly Dim[], like: string): string {
  return g.op("Expand", [g.scalar(0, like), shapeValue(g, dims, like)]);
}
