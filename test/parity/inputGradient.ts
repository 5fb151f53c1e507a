import { SightlineError } from "../../src/explain/error";
import { gradient } from "../../src/explain/gradient";
import type { Method } from "../../src/explain/method/method";

/** ∂score/∂image itself, [N,C,H,W]: the whole way back through a network, which no method that reads at a layer goes. */
export const inputGradient: Method = {
  id: "inputGradient",
  title: "Input gradient",
  paper: "Simonyan et al., ICLR workshop 2014",
  formula: "∂y_c/∂x",
  readsAt: "input",
  final: "none",
  refuses: () => undefined,
  plan(g, { score, seed, classes, anatomy }) {
    const wrt = [anatomy.input.name];
    const [cotangent] = gradient(g, { of: score, wrt, seed, classes });
    if (cotangent) return cotangent;
    throw new SightlineError("method", "The score does not depend on the image.");
  },
};
