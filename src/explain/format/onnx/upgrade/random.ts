import type { Rule } from "./upgrade";

/** Operators that draw random numbers: a graph that explains a prediction must say the same each time. */
export const random: readonly Rule[] = [
  "Bernoulli",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
].map((op) => ({
  op,
  upgrade: (_g, _node, refuse) => {
    const remedy = "export the model in evaluation mode (model.eval() in PyTorch)";
    throw refuse("draws random numbers, which prediction never does", remedy);
  },
}));
