import type { Builder } from "../../../graph/builder";
import type { Attributes, Node } from "../../../graph/graph";
import type { Rule } from "./upgrade";

/**
 * Opset 10 and older said neither where samples lie nor how they are rounded. onnxruntime and the exporters of that time agree:
 * asymmetric coordinates, along each axis rounded down when it grows and up when it shrinks.
 */
const resizeOfOpset10 = (g: Builder, node: Node): Node => {
  const [x, scales] = node.inputs as [string, string];
  const known = g.known(scales)?.map(Number);
  const isNearest = (node.attributes.mode ?? "nearest") === "nearest";
  const grows = !known || known.some((scale) => scale > 1);
  const shrinks = !known || known.some((scale) => scale < 1);
  if (!isNearest || !grows || !shrinks)
    return asymmetric(node, x, scales, shrinks ? "ceil" : "floor");
  const one = g.scalar(1, scales);
  const growing = g.op("Max", [scales, one]);
  const large = asymmetric(node, x, growing, "floor");
  const grown = g.op("Resize", large.inputs, large.attributes);
  return asymmetric(node, grown, g.op("Min", [scales, one]), "ceil");
};

function asymmetric(node: Node, x: string, scales: string, nearest_mode: string): Node {
  const attributes: Attributes = {
    ...node.attributes,
    coordinate_transformation_mode: "asymmetric",
    nearest_mode,
  };
  return { ...node, op: "Resize", inputs: [x, "", scales], attributes };
}

export const resize: readonly Rule[] = [
  { op: "Resize", below: 11, upgrade: resizeOfOpset10 },
  {
    // Upsample only ever enlarges.
    op: "Upsample",
    below: 10,
    upgrade: (_g, node) => asymmetric(node, node.inputs[0]!, node.inputs[1]!, "floor"),
  },
];
