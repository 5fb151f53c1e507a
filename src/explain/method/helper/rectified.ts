import type { Builder } from "../../graph/builder";
import { broadcastScale } from "../../op/helper/quantization";
import type { Backward, Rules, Step } from "../../op/op";
import { quantizeLinear } from "../../op/quantizeLinear";
import { activationsBetween } from "../../model/otherActivation";
import { findRectifiers, type Rectifier } from "../../model/rectifier";
import type { Subject } from "../method";

/** How the backward pass goes through a rectifier. */
interface Way {
  /** x of the rectifier, its output y, and what comes back. */
  readonly through: (g: Builder, rectifier: Rectifier, backward: Backward) => string;
  /** The same through one that rounds too. */
  readonly rounded: (g: Builder, backward: Backward) => string;
}

/** g·[g > 0]·[0 < y < high]. The output is read, so that a convolution and its ReLU stay one kernel. */
const guided: Way = {
  through: (g, { high }, { outputs: [y], dy }) => {
    const bounds = { low: 0, ...(high < Infinity && { high }) };
    return g.op("ClipGrad", [y!, g.op("Relu", [dy])], bounds);
  },
  rounded: (g, backward) => {
    const dy = g.op("Relu", [backward.dy]);
    const [dx] = quantizeLinear.vjp!(g, { ...backward, dys: [dy], dy });
    return g.op("ClipGrad", [backward.inputs[0]!, dx!()], { low: 0 });
  },
};

/** g·[g > 0] */
const deconvolved: Way = {
  through: (g, _rectifier, { dy }) => g.op("Relu", [dy]),
  rounded: (g, { node, inputs: [x, scale], dy }) =>
    g.op("Div", [g.op("Relu", [dy]), broadcastScale(g, node, scale!, x!)]),
};

/** Guided backpropagation: every rectifier lets through what is positive on both ways. */
export const guidedRules = (g: Builder): Rules => rulesOf(g, guided);

/** The deconvnet: every rectifier lets through what is positive on the way back. */
export const deconvnetRules = (g: Builder): Rules => rulesOf(g, deconvolved);

function rulesOf(g: Builder, { through, rounded }: Way): Rules {
  const rectifiers = findRectifiers(g.finish([]));
  return ({ name, op, inputs }): Step | undefined => {
    const rectifier = rectifiers.get(name);
    if (!rectifier) return undefined;
    if (op === "QuantizeLinear") return { inputs, vjp: (g, step) => [() => rounded(g, step)] };
    return {
      inputs: [rectifier.input],
      vjp: (g, step) => [() => through(g, rectifier, step)],
    };
  };
}

/** What every method of rectifiers says before its map is trusted. */
export const insensitive =
  "It shows edges of the image and changes little when the model's weights are randomized (Adebayo et al. 2018): a sharp picture is no proof of what the model uses.";

/** Why a method of rectifiers does not apply, in one sentence. */
export function withoutRectifiers(title: string, { graph, anatomy }: Subject): string | undefined {
  const { input, score } = anatomy;
  const { rectifiers, others } = activationsBetween(graph, input.name, score.logit);
  if (rectifiers > 0) return undefined;
  const has = others.size > 0 ? `this model has ${listed(others)} instead` : "this model has none";
  return `${title} changes the backward pass of ReLU, and ${has}; use saliency, integratedGradients or smoothGrad.`;
}

/** What holds for a model with other activations too, in one sentence. */
export function besideRectifiers({ graph, anatomy }: Subject): string | undefined {
  const { input, score } = anatomy;
  const { rectifiers, others } = activationsBetween(graph, input.name, score.logit);
  if (others.size === 0) return undefined;
  return `The rule holds for the ${rectifiers} ReLU of this model; ${listed(others)} pass by their plain gradient.`;
}

/** “16 SiLU, 4 sigmoid” */
function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}
