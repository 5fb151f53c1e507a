import { plainLook } from "../../src/extension/wire/panelChoice";
import { plainTile } from "../../src/extension/wire/tiles";
import type { PanelChoice } from "../../src/extension/wire/viewApi";

/** A panel that shows Grad-CAM of one image, with everything else as it is by default. */
export const plainChoice: PanelChoice = {
  images: ["/a.png"],
  image: "/a.png",
  tiles: [plainTile("gradCam")],
  tile: 0,
  classes: "predicted",
  score: "logit",
  negated: false,
  versus: "nothing",
  look: { ...plainLook, opacity: 0.5, colourMap: "inferno" },
};
