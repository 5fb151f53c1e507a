import { GraphError } from "../../../../error";
import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { tensor } from "../../../../tensor";
import { last } from "./step";

/** More are no normalization's; there is a number for each. */
const mostGroups = 2 ** 20;

export interface Groups {
  /** [N, C, …] */
  readonly x: string;
  /** [C], or one per group. */
  readonly scale: string;
  readonly bias: string;
  readonly groups: number;
  readonly epsilon: number;
  readonly per: "group" | "channel";
}

/**
 * Group normalization as exporters write it where the opset has none, as the node's last step: InstanceNormalization with a group as
 * one channel.
 */
export function groupNormalized(g: Builder, node: Node, inputs: Groups): Node {
  const { x, scale, bias, groups, epsilon, per } = inputs;
  const channels = g.dims(x)[1];
  if (typeof channels === "number" && channels % groups !== 0) {
    throw new GraphError(node.name, `has ${groups} groups of ${channels} channels`);
  }
  if (groups > mostGroups) throw new GraphError(node.name, `has ${groups} groups`);
  const grouped = g.op("Reshape", [x, g.ints([0, groups, -1])]);
  const same = (value: number) =>
    g.constant(tensor(g.type(x), new Array<number>(groups).fill(value)));
  const affine = per === "group" ? [scale, bias] : [same(1), same(0)];
  const normalized = g.op("InstanceNormalization", [grouped, ...affine], { epsilon });
  const shape = g.op("Shape", [x]);
  if (per === "group") return last(node, "Reshape", [normalized, shape]);
  const spatial = g.dims(x).slice(2);
  const perChannel = (value: string) =>
    spatial.length === 0 ? value : g.op("Reshape", [value, g.ints([-1, ...spatial.map(() => 1)])]);
  const scaled = g.op("Mul", [g.op("Reshape", [normalized, shape]), perChannel(scale)]);
  return last(node, "Add", [scaled, perChannel(bias)]);
}
