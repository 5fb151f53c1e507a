import { dirname, join } from "node:path";
import { expect } from "vitest";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { Explainer } from "../../../src/extension/panel/explainer";
import { Judging } from "../../../src/extension/panel/judging";
import { engineContract } from "../../../src/extension/wire/engineApi";
import { changeTile } from "../../../src/extension/wire/tiles";
import {
  applyChange,
  type PanelChange,
  type PanelChoice,
  type PanelState,
  type Tile,
} from "../../../src/extension/wire/viewApi";
import { plainChoice } from "../../helper/panelChoice";
import { dotImage, makeFolder, put, putBrightnessModel } from "../../helper/workspace";
import { connect } from "../wire/loopback";

/** Holds two models, and three images with one bright spot. */
export const folder = makeFolder();
putBrightnessModel(folder, "bright", { width: 64, height: 64 });
putBrightnessModel(folder, "other", { width: 48, height: 48 });
export const size = { width: 80, height: 60 };
export const images = ["a.jpg", "b.jpg", "c.jpg"].map((name) => join(folder, name));
for (const image of images)
  put(dirname(image), image.slice(folder.length + 1), await dotImage(size, { x: 20, y: 20 }));

export const service = createService(nodePlatform({}));

/** The real service behind the real wire; counts what it is asked for. */
export function start(choice: Partial<PanelChoice> = {}) {
  const { client, traffic } = connect(service, { ...engineContract, dispose: "call" });
  const engines = {
    interactive: client.proxy(engineContract, "interactive"),
    batch: client.proxy(engineContract, "batch"),
  };
  const state: PanelState = {
    choice: {
      ...plainChoice,
      model: join(folder, "bright.onnx"),
      images,
      image: images[0]!,
      ...choice,
    },
    results: {},
    judged: {},
    refused: {},
  };
  let seen = state;
  const explainer = new Explainer(engines, state, (change: PanelChange) => {
    seen = applyChange(seen, change);
  });
  const judging = new Judging(engines, explainer);
  const chooseTile = (change: Partial<Tile>, more: Partial<PanelChoice> = {}) =>
    explainer.choose({ ...changeTile(explainer.state.choice, change), ...more });
  const asked = () => traffic.filter(({ kind }) => kind === "call").length;
  const idle = () => expect.poll(() => seen.progress, { timeout: 20_000 }).toBeUndefined();
  return { explainer, judging, chooseTile, view: () => seen, asked, idle, client };
}
