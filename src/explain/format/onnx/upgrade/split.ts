import type { Rule } from "./upgrade";

/** Equal parts were implied by the number of outputs; now `num_outputs` says it. */
export const split: readonly Rule[] = [
  {
    op: "Split",
    below: 18,
    upgrade: (_g, node) => {
      if (node.inputs[1]) return node;
      return { ...node, attributes: { ...node.attributes, num_outputs: node.outputs.length } };
    },
  },
];
