import type { AttributeValue } from "../../../graph/graph";
import type { Rule } from "./upgrade";

/**
 * Attributes that the graph's opset does not know, with the value that means what it always meant: such a one is dropped; another
 * value stays and is refused as unknown. `undefined` = it only concerns element types that never get here.
 */
const additions: readonly (readonly [op: string, attribute: string, usual?: AttributeValue])[] = [
  ["Cast", "saturate"],
  ["Cast", "round_mode"],
  ["CastLike", "saturate"],
  ["CastLike", "round_mode"],
  ["QuantizeLinear", "precision", 0],
  ["QuantizeLinear", "saturate"],
  ["Range", "stash_type", 1],
  ["SpaceToDepth", "mode", "DCR"],
];

/** Opset 22 and newer: additions that change nothing in their usual form. */
export const newer: readonly Rule[] = additions.map(([op, attribute, usual]) => ({
  op,
  upgrade: (_g, node) => {
    const { [attribute]: value, ...attributes } = node.attributes;
    return usual === undefined || value === usual ? { ...node, attributes } : node;
  },
}));
