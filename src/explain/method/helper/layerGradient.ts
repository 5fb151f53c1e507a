import { SightlineError } from "../../error";
import { gradient } from "../../gradient";
import type { Builder } from "../../graph/builder";
import type { Subject, Target } from "../method";
import { flatten, type Activation } from "./activation";

/** ∂score/∂A at the target's layer, [N,C,h·w], with an axis K in front when several classes are explained. */
export function layerGradient(g: Builder, target: Target): Activation {
  const { score, seed, classes, layer } = target;
  const [cotangent] = gradient(g, { of: score, wrt: [layer], seed, classes });
  if (cotangent) return flatten(g, cotangent, target, classes > 1);
  throw new SightlineError(
    "method",
    `The score does not depend on layer “${layer}”; choose another layer.`,
    { layer },
  );
}

/** Why a method that reads gradients at a layer finds none there, in one sentence; `undefined` when it does. */
export function unreached({ anatomy: { layers } }: Subject, layer: string): string | undefined {
  if (layers.find(({ name }) => name === layer)?.reached !== false) return undefined;
  const best = layers.find((candidate) => candidate.default)?.name;
  return (
    `Behind “${layer}” the score reads only tokens that have no place in the image, so that every patch has the gradient 0 there. ` +
    `Choose “${best}” or an earlier layer.`
  );
}
