import type { Builder } from "../graph/builder";
import type { Dim } from "../graph/graph";
import type { Axis } from "../model/axes";
import type { Target } from "./method";

/** A layer's activation (or its cotangent) with its axes in the order [N,C,h·w], whatever the model's layout. */
export interface Activation {
  /** [N,C,h·w] */
  readonly flat: string;
  readonly height: Dim;
  readonly width: Dim;
}

/** Brings a value that has the axes of `layer` to [N,C,h·w]; a class axis K in front stays. */
export function flatten(
  g: Builder,
  value: string,
  target: Target,
  hasClassAxis: boolean,
): Activation {
  const axes = target.anatomy.axes.get(target.layer)!;
  const lead = hasClassAxis ? 1 : 0;
  const wanted: readonly Axis[] = ["batch", "channel", "height", "width"];
  const perm = [...(lead ? [0] : []), ...wanted.map((axis) => axes.indexOf(axis) + lead)];
  const ordered = perm.every((axis, i) => axis === i)
    ? value
    : g.op("Transpose", [value], { perm });
  const dims = g.dims(ordered);
  const [height, width] = dims.slice(-2) as [Dim, Dim];
  return {
    flat: g.reshape(ordered, [...dims.slice(0, -2), (height as number) * (width as number)]),
    height,
    width,
  };
}

/** Σ_k weights_k · A_k: weights [N,C] or [K,N,C] and A [N,C,h·w] to [N,h,w] or [K,N,h,w]. */
export function weightedSum(
  g: Builder,
  weights: string,
  { flat, height, width }: Activation,
): string {
  const row = g.op("Unsqueeze", [weights, g.ints([-2])]);
  const sum = g.op("MatMul", [row, flat]);
  return g.reshape(sum, [...g.dims(weights).slice(0, -1), height, width]);
}
