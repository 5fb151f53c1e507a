import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import type { Rule } from "./upgrade";

/**
 * Before opset 13 these operators saw their input as a matrix, flattened at `axis`, and worked along its rows: along all axes
 * from `axis` on. Where only one of those is longer than 1 that is the form of today.
 */
export function onOneAxis(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const dims = g.dims(x);
  const given = (node.attributes.axis as number | undefined) ?? 1;
  const axis = given < 0 ? given + dims.length : given;
  const long = dims.flatMap((dim, i) => (i >= axis && dim !== 1 ? [i] : []));
  if (long.length <= 1) {
    const only = long[0] ?? Math.min(axis, dims.length - 1);
    return { ...node, attributes: { ...node.attributes, axis: only } };
  }
  const matrix = g.op("Flatten", [x], { axis });
  const y = g.op(node.op, [matrix], { axis: -1 });
  return { ...node, op: "Reshape", inputs: [y, g.op("Shape", [x])], attributes: {} };
}

export const softmax: readonly Rule[] = ["Hardmax", "LogSoftmax", "Softmax"].map((op) => ({
  op,
  below: 13,
  upgrade: onOneAxis,
}));
