import type { Builder } from "../../../graph/builder";
import { inlineTensor, type Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import type { Rule } from "./upgrade";

/**
 * Opset 10 and older said neither where samples lie nor how they are rounded. onnxruntime and the exporters of that time agree:
 * asymmetric coordinates, rounded down when enlarging and up when shrinking.
 */
function withCoordinates(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, scales] = node.inputs as [string, string];
  const known = inlineTensor(g.finish([]).parameters.get(scales))?.data;
  if (!known) throw refuse("with scales that are computed is not supported before opset 11");
  const shrinks = known.some((scale) => scale < 1);
  if (shrinks && known.some((scale) => scale > 1)) {
    throw refuse("enlarges one axis and shrinks another, which is not supported before opset 11");
  }
  const attributes = {
    ...node.attributes,
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: shrinks ? "ceil" : "floor",
  };
  return { ...node, op: "Resize", inputs: [x, "", scales], attributes };
}

export const resize: readonly Rule[] = [
  { op: "Resize", below: 11, upgrade: withCoordinates },
  { op: "Upsample", below: 10, upgrade: withCoordinates },
];
