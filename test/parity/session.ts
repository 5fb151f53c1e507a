import { gradCam } from "../../src/explain/method/gradCam";
import { saliency } from "../../src/explain/method/saliency";
import type { Method } from "../../src/explain/method/method";
import type { Profile } from "../../src/explain/profile/profile";
import { nodePlatform } from "../../src/explain/node";
import { openModel } from "../../src/explain/service/openModel";
import { Programs } from "../../src/explain/runtime/programs";
import type { Session, WholeAnswer } from "../../src/explain/session";
import type { Tensor } from "../../src/explain/tensor";
import { asked } from "../../src/explain/service/program";

/** What a session reads of a profile once the input is a tensor. */
export const anyProfile = { activation: "softmax", labels: [] } as unknown as Profile;

/** Opens a model as the service does, for square images. */
export async function openSession(model: string, side: number): Promise<Session> {
  const { session } = await openModel(nodePlatform({ threads: 2 }), new Programs(0), { model });
  return session({ width: side, height: side });
}

const explain = (method: Method, layer: string) => {
  return (session: Session, input: Tensor, classes: readonly number[]): Promise<WholeAnswer> =>
    session.answer(input, {
      ...{ methods: [asked(method)], layer, profile: anyProfile },
      ...{ classes: { indices: classes }, score: "logit" },
    });
};

/** The signed sums of several classes at one layer. */
export const gradCamAt = (layer: string) => explain(gradCam, layer);

/** The gradients of several logits by the image. */
export const inputGradients = explain(saliency, "");
