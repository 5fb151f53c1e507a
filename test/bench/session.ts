import { ablationCam } from "../../src/explain/method/ablationCam";
import { deconvnet } from "../../src/explain/method/deconvnet";
import { gradCam } from "../../src/explain/method/gradCam";
import { guidedBackprop } from "../../src/explain/method/guidedBackprop";
import { integratedGradients } from "../../src/explain/method/integratedGradients";
import type { Method } from "../../src/explain/method/method";
import type { ParameterValue } from "../../src/explain/method/parameter";
import { mwp } from "../../src/explain/method/mwp";
import { occlusion } from "../../src/explain/method/occlusion";
import { saliency } from "../../src/explain/method/saliency";
import type { Profile } from "../../src/explain/profile/profile";
import { nodePlatform } from "../../src/explain/node";
import { openModel } from "../../src/explain/service/openModel";
import { Programs } from "../../src/explain/runtime/programs";
import { asked } from "../../src/explain/service/program";
import type { Tensor } from "../../src/explain/tensor";

/** What Sightline does with one input, from the tensor to the maps. */
export type Explain = (input: Tensor) => Promise<Float32Array[]>;

const size = { width: 224, height: 224 };
/** What the session reads of a profile once the input is a tensor. */
const profile = { activation: "softmax", labels: [], size } as unknown as Profile;

interface Measured {
  readonly method: Method;
  readonly classes: number;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** What is measured, by the name it has in the tables. */
const questions: Readonly<Record<string, Measured>> = {
  top1: { method: gradCam, classes: 1 },
  top5: { method: gradCam, classes: 5 },
  saliency: { method: saliency, classes: 1 },
  guided: { method: guidedBackprop, classes: 1 },
  deconvnet: { method: deconvnet, classes: 1 },
  mwp: { method: mwp, classes: 1 },
  mwpInput: { method: mwp, classes: 1, parameters: { readOut: "input" } },
  ablation: { method: ablationCam, classes: 1 },
  occlusion: { method: occlusion, classes: 1, parameters: { window: 32, stride: 16 } },
  integrated: { method: integratedGradients, classes: 1, parameters: { steps: 20 } },
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
    const { method, classes, parameters } = questions[what]!;
    const question = {
      methods: [asked(method, parameters)],
      layer,
      classes: { top: classes },
      score: "logit",
      profile,
    } as const;
    const { maps } = await session.answer(input, question);
    return maps.map(({ data }) => data);
  };
}
