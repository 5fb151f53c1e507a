import { SightlineError } from "../error";
import { ablationCam } from "./ablationCam";
import { attentionRollout } from "./attentionRollout";
import { cam } from "./cam";
import { contrastiveMwp } from "./contrastiveMwp";
import { deconvnet } from "./deconvnet";
import { eigenCam } from "./eigenCam";
import { eigenGradCam } from "./eigenGradCam";
import { elementWiseCam } from "./elementWiseCam";
import { fem } from "./fem";
import { fullGrad } from "./fullGrad";
import { gradCam } from "./gradCam";
import { gradCamPlusPlus } from "./gradCamPlusPlus";
import { gradientAttentionRollout } from "./gradientAttentionRollout";
import { gradientTimesInput } from "./gradientTimesInput";
import { guidedBackprop } from "./guidedBackprop";
import { guidedGradCam } from "./guidedGradCam";
import { hiResCam } from "./hiResCam";
import { integratedGradients } from "./integratedGradients";
import { layerCam } from "./layerCam";
import { mwp } from "./mwp";
import { occlusion } from "./occlusion";
import { rise } from "./rise";
import { saliency } from "./saliency";
import { scoreCam } from "./scoreCam";
import { smoothGrad } from "./smoothGrad";
import { smoothGradCamPlusPlus } from "./smoothGradCamPlusPlus";
import { xGradCam } from "./xGradCam";
import type { Method } from "./method";

/** Every attribution method, in the order in which they are offered. */
export const methods: readonly Method[] = [
  gradCam,
  cam,
  gradCamPlusPlus,
  smoothGradCamPlusPlus,
  xGradCam,
  layerCam,
  hiResCam,
  elementWiseCam,
  eigenCam,
  eigenGradCam,
  fem,
  fullGrad,
  scoreCam,
  ablationCam,
  saliency,
  gradientTimesInput,
  deconvnet,
  guidedBackprop,
  guidedGradCam,
  integratedGradients,
  smoothGrad,
  mwp,
  contrastiveMwp,
  occlusion,
  rise,
  attentionRollout,
  gradientAttentionRollout,
];

/** The method with this id. Throws `SightlineError("method")` that lists the ids there are. */
export function methodById(id: string): Method {
  const method = methods.find((candidate) => candidate.id === id);
  if (!method) {
    throw new SightlineError(
      "method",
      `There is no method “${id}”; the methods are ${methods.map((m) => m.id).join(", ")}.`,
      { method: id },
    );
  }
  return method;
}
