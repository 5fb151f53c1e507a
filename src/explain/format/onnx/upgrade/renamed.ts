import type { AttributeValue, Node } from "../../../graph/graph";
import type { Rule, Upgrade } from "./upgrade";

const operator =
  (op: string): Upgrade =>
  (_g, node) => ({ ...node, op });

/** The values of a text attribute that are spelled differently now. */
const value =
  (attribute: string, spelling: Readonly<Record<string, string>>): Upgrade =>
  (_g, node) => {
    const old = node.attributes[attribute];
    if (typeof old !== "string" || !(old in spelling)) return node;
    return withAttribute(node, attribute, spelling[old]!);
  };

/** What an attribute that did not exist yet was taken to be, where that is not its default of today. */
const implied =
  (attribute: string, meant: AttributeValue): Upgrade =>
  (_g, node) =>
    withAttribute(node, attribute, meant);

function withAttribute(node: Node, name: string, value: AttributeValue): Node {
  return { ...node, attributes: { ...node.attributes, [name]: value } };
}

/** Operators and values that have another name now. */
export const renamed: readonly Rule[] = [
  {
    op: "GridSample",
    below: 20,
    upgrade: value("mode", { bilinear: "linear", bicubic: "cubic" }),
  },
  {
    op: "RoiAlign",
    below: 16,
    upgrade: implied("coordinate_transformation_mode", "output_half_pixel"),
  },
  { op: "Scatter", below: 11, upgrade: operator("ScatterElements") },
];
