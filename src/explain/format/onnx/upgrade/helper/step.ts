import type { Builder } from "../../../../graph/builder";
import type { Attributes, Node } from "../../../../graph/graph";

/** The node's last step: another operator, which makes its first output. */
export function last(
  node: Node,
  op: string,
  inputs: readonly string[],
  attributes: Attributes = {},
): Node {
  return { op, name: node.name, inputs, outputs: [node.outputs[0] ?? ""], attributes };
}

/** Gives `value` the name of the node's output number `index`, if that is used. */
export function alsoMakes(g: Builder, node: Node, index: number, value: () => string): void {
  const output = node.outputs[index];
  if (!output) return;
  const name = `${node.name}/${output}`;
  g.append({ op: "Identity", name, inputs: [value()], outputs: [output], attributes: {} });
}

/** The size of one axis, counted from the front, as a list of one. */
export function sizeAlong(g: Builder, x: string, axis: number): string {
  return g.op("Shape", [x], { start: axis, end: axis + 1 });
}

/** A list of one as a scalar. */
export function asScalar(g: Builder, x: string): string {
  return g.op("Reshape", [x, g.ints([])]);
}

export function permuted(g: Builder, x: string, perm: readonly number[]): string {
  return g.op("Transpose", [x], { perm });
}

/** [N, …, C] → [N, C, …] */
export function channelsFirst(g: Builder, x: string): string {
  const [batch, ...rest] = g.dims(x).keys();
  return permuted(g, x, [batch!, rest.at(-1)!, ...rest.slice(0, -1)]);
}

/** [N, C, …] → [N, …, C] */
export function channelsLast(g: Builder, x: string): string {
  const [batch, channels, ...rest] = g.dims(x).keys();
  return permuted(g, x, [batch!, ...rest, channels!]);
}

/** What `end` is where a slice goes to the end of its axis. */
export const toTheEnd = 2 ** 31 - 1;

/** Every `step`-th element along one axis from `start` to before `end`. */
export function sliced(
  g: Builder,
  x: string,
  axis: number,
  [start, end, step = 1]: readonly [start: number, end: number, step?: number],
): string {
  return g.op("Slice", [x, ...[start, end, axis, step].map((bound) => g.ints([bound]))]);
}
