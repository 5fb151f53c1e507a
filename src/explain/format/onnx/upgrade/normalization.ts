import type { Rule } from "./upgrade";

export const normalization: readonly Rule[] = [
  {
    op: "BatchNormalization",
    below: 9,
    upgrade: (_g, node, refuse) => {
      const { spatial = 1, ...attributes } = node.attributes;
      if (spatial === 1) return { ...node, attributes };
      throw refuse("normalizes each element on its own (spatial = 0), which is not supported");
    },
  },
  {
    // More than one output used to mean training.
    op: "BatchNormalization",
    below: 14,
    upgrade: (_g, node) => {
      if (!node.outputs.slice(1).some(Boolean)) return node;
      return { ...node, attributes: { ...node.attributes, training_mode: 1 } };
    },
  },
  {
    // Scale and bias were one per group; they are one per channel now.
    op: "GroupNormalization",
    below: 21,
    upgrade: (_g, _node, refuse) => {
      throw refuse("in its form of opset 18 to 20 is not supported");
    },
  },
];
