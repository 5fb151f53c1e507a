import { SightlineError } from "../error";
import { cam } from "./cam";
import { eigenCam } from "./eigenCam";
import { eigenGradCam } from "./eigenGradCam";
import { elementWiseCam } from "./elementWiseCam";
import { fem } from "./fem";
import { gradCam } from "./gradCam";
import { gradCamPlusPlus } from "./gradCamPlusPlus";
import { hiResCam } from "./hiResCam";
import { layerCam } from "./layerCam";
import { saliency } from "./saliency";
import { xGradCam } from "./xGradCam";
import type { Method } from "./method";

/** Every attribution method, in the order in which they are offered. */
export const methods: readonly Method[] = [
  gradCam,
  cam,
  gradCamPlusPlus,
  xGradCam,
  layerCam,
  hiResCam,
  elementWiseCam,
  eigenCam,
  eigenGradCam,
  fem,
  saliency,
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
