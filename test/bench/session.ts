import type { Rules } from "../../src/explain/gradient";
import { gradient } from "../../src/explain/gradient";
import { gradCam } from "../../src/explain/method/gradCam";
import type { Method } from "../../src/explain/method/method";
import type { Profile } from "../../src/explain/profile/profile";
import { nodePlatform } from "../../src/explain/node";
import { openModel } from "../../src/explain/service/openModel";
import { Programs } from "../../src/explain/runtime/programs";
import type { Tensor } from "../../src/explain/tensor";
import { inputGradient } from "../parity/inputGradient";

/** What Sightline does with one input, from the tensor to the maps. */
export type Explain = (input: Tensor) => Promise<Float32Array[]>;

const size = { width: 224, height: 224 };
/** What the session reads of a profile once the input is a tensor. */
const profile = { activation: "softmax", labels: [], size } as unknown as Profile;

/** Guided backpropagation: Relu lets through what is positive on both ways — Springenberg et al., ICLR workshop 2015. */
const guided: Rules = {
  Relu: (g, { outputs: [y], dy }) => [() => g.op("ClipGrad", [y!, g.op("Relu", [dy])], { low: 0 })],
  Clip: (g, { outputs: [y], dy }) => [
    () => g.op("ClipGrad", [y!, g.op("Relu", [dy])], { low: 0, high: 6 }),
    null,
    null,
  ],
};

const guidedInputGradient: Method = {
  ...inputGradient,
  id: "guidedInputGradient",
  plan: (g, { score, seed, classes, anatomy }) =>
    gradient(g, { of: score, wrt: [anatomy.input.name], seed, classes, rules: guided })[0]!,
};

/** What is measured, by the name it has in the tables. */
const questions: Readonly<Record<string, { method: Method; classes: number }>> = {
  top1: { method: gradCam, classes: 1 },
  top5: { method: gradCam, classes: 5 },
  saliency: { method: inputGradient, classes: 1 },
  guided: { method: guidedInputGradient, classes: 1 },
};

/** Opens a model as the session does; what is returned compiles the program of `what` when it is called first, and runs it. */
export async function openForBench(
  model: string,
  threads: number,
): Promise<(what: string) => Explain> {
  const platform = nodePlatform({ threads });
  const opened = await openModel(platform, new Programs(2 ** 34), { model });
  const session = opened.session(size);
  const { name: layer } = session.model.anatomy.layers.find((candidate) => candidate.default)!;
  return (what) => async (input) => {
    const { method, classes } = questions[what]!;
    const question = {
      methods: [method],
      layer,
      classes: { top: classes },
      score: "logit",
      profile,
    } as const;
    const { maps } = await session.explain(input, question);
    return maps.map(({ data }) => data);
  };
}
