import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { refusalOf, shownMap } from "../../../src/extension/wire/shown";
import { activeTile, plainTile } from "../../../src/extension/wire/tiles";
import type { PanelState } from "../../../src/extension/wire/viewApi";
import { brightnessProfile } from "../../helper/editorModel";
import { put, putBrightnessModel } from "../../helper/workspace";
import { folder, images, service, size, start } from "./start";

/** Larger than the input. */
const tooLarge = { ...plainTile("occlusion"), parameters: { occlusion: { window: 500 } } };
const activeRefusal = (state: PanelState) => refusalOf(state, activeTile(state.choice));

afterEach(() => service.dispose());

describe("what goes wrong", () => {
  test("one bad image does not stop the others", async () => {
    const bad = put(folder, "bad.jpg", "no image");
    const { explainer, view, idle } = start({ images: [bad, ...images], image: bad });
    explainer.run();
    await idle();
    expect(view().results[bad]).toMatchObject({ code: "image" });
    expect(view().failure).toBeUndefined();
    expect(Object.keys(view().results)).toHaveLength(4);
  });

  test("a method that does not apply is told, and what was there stays", async () => {
    const { explainer, chooseTile, view, idle } = start();
    explainer.run();
    await idle();
    chooseTile({ layer: "no such layer" });
    await idle();
    expect(activeRefusal(view())).toMatchObject({ code: "input" });
    expect(Object.keys(view().results)).toHaveLength(3);
    chooseTile({ layer: "auto" });
    await idle();
    expect(activeRefusal(view())).toBeUndefined();
    expect(view().failure).toBeUndefined();
  });

  test("a method that does not apply from the start: model and prediction are known all the same, and another can be chosen", async () => {
    const { chooseTile, explainer, view, idle } = start({ tiles: [tooLarge] });
    explainer.run();
    await idle();
    expect(activeRefusal(view())?.message).toContain("500 pixels");
    expect(view().inspection).toBeDefined();
    expect(view().failure).toBeUndefined();
    for (const image of images)
      expect(view().results[image]).toMatchObject({ maps: [], predictions: [{}, {}] });
    chooseTile({ method: "gradCam" });
    await idle();
    expect(view().refused).toEqual({});
    expect(shownMap(view())?.method).toBe("gradCam");
  });

  test("a class that the model does not have is told once, for all tiles", async () => {
    const { explainer, view, idle } = start({ tiles: [plainTile("gradCam"), plainTile("cam")] });
    explainer.run();
    await idle();
    explainer.choose({ classes: [242] });
    await idle();
    expect(view().failure?.message).toContain("there is no class 242");
    expect(view().refused).toEqual({});
  });

  test("what a method at the image does not have is not asked of it", async () => {
    const averaged = { ...plainTile("gradCam"), augmented: true };
    const { explainer, chooseTile, view, idle } = start({
      images: [images[0]!],
      tiles: [averaged],
    });
    explainer.run();
    await idle();
    const before = shownMap(view());
    expect(before).toMatchObject({ augmented: true });
    chooseTile({ method: "saliency" });
    await idle();
    expect(view().refused).toEqual({});
    expect(shownMap(view())?.method).toBe("saliency");
    chooseTile({ method: "gradCam" });
    expect(shownMap(view())).toEqual(before);
  });

  test("nor by a panel that is restored, before the model is known", async () => {
    const averaged = { ...plainTile("saliency"), augmented: true };
    const { explainer, view, idle } = start({ images: [images[0]!], tiles: [averaged] });
    explainer.run();
    await idle();
    expect(view().refused).toEqual({});
    expect(shownMap(view())?.method).toBe("saliency");
  });

  test("a model that changed on disk makes earlier results worthless", async () => {
    const changing = join(folder, "changing");
    mkdirSync(changing, { recursive: true });
    putBrightnessModel(changing, "net", { width: 64, height: 64 });
    const { explainer, chooseTile, view, idle } = start({
      model: join(changing, "net.onnx"),
      images: [images[0]!, images[1]!],
    });
    explainer.run();
    await idle();
    const former = view().inspection!.hash;
    putBrightnessModel(changing, "net", { width: 72, height: 72 });
    chooseTile({ method: "cam" });
    await idle();
    expect(view().inspection!.hash).not.toBe(former);
    for (const image of [images[0]!, images[1]!])
      expect(view().results[image]).toMatchObject({ geometry: { input: { width: 72 } } });
    rmSync(changing, { recursive: true });
  });

  test("a profile written meanwhile: everything is asked again, pictures included", async () => {
    const changing = join(folder, "profiled");
    mkdirSync(changing, { recursive: true });
    putBrightnessModel(changing, "net", { width: 64, height: 64 });
    const { explainer, chooseTile, view, idle } = start({ model: join(changing, "net.onnx") });
    explainer.run();
    await idle();
    put(changing, "net.sightline.json", { ...brightnessProfile, labels: ["hell", "dunkel"] });
    chooseTile({ method: "cam" }, { image: images[1]! });
    await idle();
    expect(shownMap(view())?.label).toBe("hell");
    for (const image of images) expect(view().results[image]).toMatchObject({ picture: size });
    rmSync(changing, { recursive: true });
  });

  test("another model forgets which classes were chosen: they are indices of the former", async () => {
    const { explainer, view, idle } = start({ images: [images[0]!] });
    explainer.run();
    await idle();
    explainer.choose({ classes: [1], versus: { class: 0 } });
    await idle();
    explainer.choose({ model: join(folder, "other.onnx") });
    await idle();
    expect(view().choice).toMatchObject({ classes: "predicted", versus: "nothing" });
    expect(view().failure).toBeUndefined();
    expect(shownMap(view())).toBeDefined();
  });

  test("another model forgets everything", async () => {
    const { explainer, view, idle } = start();
    explainer.run();
    await idle();
    explainer.choose({ model: join(folder, "gone.onnx") });
    await idle();
    expect(view().failure).toMatchObject({ code: "file" });
    expect(view().results).toEqual({});
    expect(view().inspection).toBeUndefined();
  });
});
