import { inputGradient } from "../../src/explain/method/helper/inputGradient";
import { gradCam } from "../../src/explain/method/gradCam";
import { method, type Method } from "../../src/explain/method/method";
import { saliency } from "../../src/explain/method/saliency";
import type { Profile } from "../../src/explain/profile/profile";
import { nodePlatform } from "../../src/explain/node";
import { openModel } from "../../src/explain/service/openModel";
import { Programs } from "../../src/explain/runtime/programs";
import { asked } from "../../src/explain/service/program";
import type { Rules } from "../../src/explain/op/op";
import type { Tensor } from "../../src/explain/tensor";

/** What Sightline does with one input, from the tensor to the maps. */
export type Explain = (input: Tensor) => Promise<Float32Array[]>;

const size = { width: 224, height: 224 };
/** What the session reads of a profile once the input is a tensor. */
const profile = { activation: "softmax", labels: [], size } as unknown as Profile;

/** Guided backpropagation: Relu lets through what is positive on both ways — Springenberg et al., ICLR workshop 2015. */
const guided: Rules = ({ op, inputs }) => {
  const high = { Relu: undefined, Clip: 6 }[op];
  if (op !== "Relu" && op !== "Clip") return undefined;
  const bounds = { low: 0, ...(high === undefined ? {} : { high }) };
  return {
    inputs: inputs.slice(0, 1),
    vjp: (g, { outputs: [y], dy }) => [() => g.op("ClipGrad", [y!, g.op("Relu", [dy])], bounds)],
  };
};

const guidedInputGradient = method({
  ...{ id: "guidedInputGradient", title: "Guided", paper: "", formula: "" },
  ...{ family: "gradient", readsAt: "input", final: "none", parameters: {} },
  refuses: () => undefined,
  plan: (g, target) => inputGradient(g, target, guided),
});

/** What is measured, by the name it has in the tables. */
const questions: Readonly<Record<string, { method: Method; classes: number }>> = {
  top1: { method: gradCam, classes: 1 },
  top5: { method: gradCam, classes: 5 },
  saliency: { method: saliency, classes: 1 },
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
      methods: [asked(method)],
      layer,
      classes: { top: classes },
      score: "logit",
      profile,
    } as const;
    const { maps } = await session.answer(input, question);
    return maps.map(({ data }) => data);
  };
}
