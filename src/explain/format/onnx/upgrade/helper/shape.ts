import type { Builder } from "../../../../graph/builder";
import { scalar } from "../../../../tensor";

/** 0, 1, … for every place along an axis of `x`; taken from its shape, since a size that an exporter fixed may be opened later. */
export function placesAlong(g: Builder, x: string, axis: number): string {
  const size = g.op("Gather", [g.op("Shape", [x]), integer(g, axis)]);
  return g.op("Range", [integer(g, 0), size, integer(g, 1)]);
}

/** An int64 scalar. */
export function integer(g: Builder, value: number): string {
  return g.constant(scalar("int64", value));
}
