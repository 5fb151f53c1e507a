import type { Builder } from "../../graph/builder";

/** A value per channel [C], shaped so that it broadcasts along axis 1 of values of `rank` axes: [C, 1, …]. */
export function alongChannels(g: Builder, value: string, rank: number): string {
  return g.reshape(value, [...g.dims(value), ...new Array<number>(rank - 2).fill(1)]);
}

/** The sum of [N, C, …] (of `rank` axes, classes in front not counted) over everything but classes and channels. */
export function sumPerChannel(g: Builder, value: string, rank: number): string {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 2 - rank);
  return g.op("ReduceSum", [value, g.ints([-rank, ...spatial])], { keepdims: 0 });
}
