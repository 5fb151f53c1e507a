import { gradCam } from "../../src/explain/method/gradCam";
import type { Profile } from "../../src/explain/model/profile";
import { nodePlatform } from "../../src/explain/node";
import { openModel } from "../../src/explain/service/openModel";
import { Programs } from "../../src/explain/runtime/programs";
import type { Tensor } from "../../src/explain/tensor";

/** What Sightline does with one input, from the tensor to the maps. */
export type Explain = (input: Tensor) => Promise<Float32Array[]>;

const size = { width: 224, height: 224 };
/** What the session reads of a profile once the input is a tensor. */
const profile = { activation: "softmax", labels: [], size } as unknown as Profile;

/** Opens a model as the session does; `open(n)` compiles Grad-CAM of the n best classes and runs it when called. */
export async function openForBench(
  model: string,
  threads: number,
): Promise<{ layer: string; explain(classes: number): Explain }> {
  const platform = nodePlatform({ threads });
  const opened = await openModel(platform, new Programs(2 ** 34), { model });
  const session = opened.session(size);
  const { name: layer } = session.model.anatomy.layers.find((candidate) => candidate.default)!;
  return {
    layer,
    explain: (classes) => async (input) => {
      const question = {
        methods: [gradCam],
        layer,
        classes: { top: classes },
        score: "logit",
        profile,
      } as const;
      const { maps } = await session.explain(input, question);
      return maps.map(({ data }) => data);
    },
  };
}
