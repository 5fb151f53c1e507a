import type { Builder } from "../../../graph/builder";
import { multiplyDims } from "../../../graph/dim";
import type { Attributes, Dim, Node } from "../../../graph/graph";
import { float, ints } from "../../../op/helper/attribute";
import { coverage } from "../../../op/helper/pooling";
import { windowOf } from "../../../op/helper/window";
import { tensor } from "../../../tensor";
import { inside } from "./inside";

/** The first maxima of a pooling, ready for gathering and scattering along the last axis of [*, elements]. */
export interface Maxima {
  /** The pooled shape [N, C, …]. */
  readonly pooled: readonly Dim[];
  /** Flat offsets in x as MaxPool gives them, of the pooled shape. */
  readonly found: string;
  /** The same as [*, number of windows]. */
  readonly indices: string;
  /** The axes in front (classes), as one number; none = `[]`. */
  readonly lead: readonly Dim[];
  /**
   * `values` [*, N, C, …] of the pooled sizes, with zeros where a window sees padding only (onnxruntime's index is −1 there) or its maximum is out of
   * bounds.
   */
  masked(values: string): string;
}

/**
 * Finds the maxima of `node` (MaxPoolGrad, MaxPoolGather), whose second input has the shape of the first (or of what is pooled from it)
 * with any axes in front. onnxruntime takes the first maximum in row-major order.
 */
export function maximaOf(g: Builder, node: Node): Maxima {
  const [x, other] = node.inputs as [string, string];
  const dims = g.dims(x);
  const front = g.dims(other).slice(0, -dims.length);
  const lead = front.length === 0 ? [] : [multiplyDims(front)];
  const [values, found] = g.ops("MaxPool", [x], 2, pooling(node)) as [string, string];
  const flat = g.reshape(found, [multiplyDims(g.dims(found))]);
  const indices = lead.length === 0 ? flat : g.op("Expand", [flat, g.ints([Number(lead[0]), 1])]);
  const pooled = g.dims(found);
  return {
    pooled,
    found,
    indices,
    lead,
    masked: (other) => bounded(g, node, values, seen(g, node, other, pooled.slice(2) as number[])),
  };
}

/** MaxPool's own attributes. */
function pooling({ attributes }: Node): Attributes {
  const { low: _low, high: _high, ...own } = attributes;
  return own;
}

/** `other` where the maximum lies between the bounds, else 0. */
function bounded(g: Builder, node: Node, maximum: string, other: string): string {
  const [low, high] = [float(node, "low"), float(node, "high")];
  if (low === -Infinity && high === Infinity) return other;
  // onnxruntime expects other sizes than it makes where a last window hangs over the end (ceil_mode).
  const sizes = g.dims(maximum).map((dim) => (typeof dim === "string" ? -1 : dim));
  const known = g.op("Reshape", [maximum, g.ints(sizes)]);
  return g.op("Mul", [other, inside(g, known, low, high)]);
}

function seen(g: Builder, node: Node, values: string, pooled: readonly number[]): string {
  const sizes = g.dims(node.inputs[0]!).slice(2) as number[];
  const counts = coverage(windowOf(node, sizes, ints(node, "kernel_shape")), sizes, pooled, false);
  if (counts.every((count) => count > 0)) return values;
  const seeing = tensor(
    g.type(values),
    counts.map((count) => Math.min(1, count)),
    pooled,
  );
  return g.op("Mul", [values, g.constant(seeing)]);
}
