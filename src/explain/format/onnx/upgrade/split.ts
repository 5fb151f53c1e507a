import type { Rule } from "./upgrade";

/** Equal parts were implied by the number of outputs; now `num_outputs` says it, or should. */
export const split: readonly Rule[] = [
  {
    op: "Split",
    upgrade: (_g, node) => {
      if (node.inputs[1] || node.attributes.num_outputs !== undefined) return node;
      return { ...node, attributes: { ...node.attributes, num_outputs: node.outputs.length } };
    },
  },
];
