import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { plainLook } from "../../../src/extension/wire/panelChoice";
import { mapKey, refusalOf, shownMap } from "../../../src/extension/wire/shown";
import { addTile, plainTile, removeTile } from "../../../src/extension/wire/tiles";
import type { PanelChoice, PanelState } from "../../../src/extension/wire/viewApi";
import { folder, images, service, size, start } from "./start";

afterEach(() => service.dispose());

test("a layer that was chosen in another model gives way to the default", async () => {
  const { explainer, view, idle } = start({
    tiles: [{ ...plainTile("gradCam"), layer: "of another model" }],
  });
  explainer.choose({ model: join(folder, "bright.onnx") });
  await idle();
  expect(view().failure).toBeUndefined();
  expect(view().choice.tiles[0]!.layer).toBe("auto");
  expect(shownMap(view())).toBeDefined();
});

describe("the output that a panel explains", () => {
  test("is asked for, and forgotten with its model", async () => {
    const { explainer, view, idle } = start();
    explainer.run();
    await idle();
    const [output] = view().inspection!.score.candidates;
    explainer.choose({ output: "elsewhere" });
    await idle();
    expect(view().failure?.message).toContain("there is no output “elsewhere”");
    explainer.choose({ output });
    await idle();
    expect(view().failure).toBeUndefined();
    expect(view().inspection!.score.reason).toContain("was asked for");
    expect(shownMap(view())).toBeDefined();
    explainer.choose({ model: join(folder, "bright.onnx") });
    expect(explainer.state.choice.output).toBeUndefined();
    await idle();
    expect(shownMap(view())).toBeDefined();
  });
});

describe("what a panel asks of the engine", () => {
  test("one request per image, the shown one first and urgent, each with the top classes' maps and a picture", async () => {
    const { explainer, view, asked, idle } = start({ image: images[1]! });
    explainer.run();
    await idle();
    expect(asked()).toBe(3);
    expect(Object.keys(view().results)[0]).toBe(images[1]);
    for (const image of images)
      expect(view().results[image]).toMatchObject({ maps: [{ classIndex: 0 }, { classIndex: 1 }] });
    expect(shownMap(view())?.label).toBe("bright");
  });

  test("nothing for another class among the top ones, another look, or what is there already", async () => {
    const { explainer, view, asked, idle } = start();
    explainer.run();
    await idle();
    explainer.choose({ classes: [1] });
    explainer.choose({ look: { ...plainLook, layers: "map", opacity: 1, colourMap: "jet" } });
    explainer.choose({ image: images[2]! });
    await idle();
    expect(asked()).toBe(3);
    expect(shownMap(view())?.label).toBe("dark");
  });

  test("one request more for another method, and none to come back", async () => {
    const { explainer, chooseTile, view, asked, idle } = start();
    explainer.run();
    await idle();
    chooseTile({ method: "cam" });
    await idle();
    expect(shownMap(view())?.method).toBe("cam");
    chooseTile({ method: "gradCam" });
    await idle();
    expect(shownMap(view())?.method).toBe("gradCam");
    expect(asked()).toBe(4);
  });

  test("the picture comes once: later maps leave it as it is", async () => {
    const { explainer, view, idle } = start();
    explainer.run();
    await idle();
    const result = () => view().results[images[0]!] as { picture?: object };
    const { picture } = result();
    explainer.choose({ score: "probability" });
    await idle();
    expect(result().picture).toBe(picture);
    expect(picture).toMatchObject(size);
  });
});

describe("maps beside each other", () => {
  test("one request for each tile, the active one first; none when one goes", async () => {
    const { explainer, view, asked, idle } = start({ images: [images[0]!] });
    explainer.run();
    await idle();
    const { choice, inspection } = view();
    explainer.choose(addTile(choice, inspection!));
    await idle();
    expect(view().choice).toMatchObject({ tiles: [{ method: "gradCam" }, {}], tile: 1 });
    for (const tile of view().choice.tiles)
      expect(shownMap(view(), tile)?.method).toBe(tile.method);
    expect(asked()).toBe(2);
    explainer.choose(removeTile(view().choice, 0));
    await idle();
    expect(asked()).toBe(2);
    expect(view().choice).toMatchObject({ tiles: [{}], tile: 0 });
  });

  test("what one tile cannot have does not keep the others from theirs", async () => {
    const broken = { ...plainTile("gradCam"), layer: "no such layer" };
    const { explainer, view, idle } = start({ images: [images[0]!] });
    explainer.run();
    await idle();
    explainer.choose({ tiles: [broken, plainTile("cam")], tile: 0 });
    await idle();
    expect(refusalOf(view(), broken)).toMatchObject({ code: "input" });
    expect(refusalOf(view(), plainTile("cam"))).toBeUndefined();
    expect(shownMap(view(), broken)).toBeUndefined();
    expect(shownMap(view(), plainTile("cam"))?.method).toBe("cam");
  });

  test("tiles of one method differ by their parameters", async () => {
    const { explainer, chooseTile, view, asked, idle } = start({
      images: [images[0]!],
      tiles: [plainTile("occlusion")],
    });
    explainer.run();
    await idle();
    const usual = shownMap(view())!;
    chooseTile({ parameters: { occlusion: { window: 32 } } });
    await idle();
    const changed = shownMap(view())!;
    expect(changed.parameters).toMatchObject({ window: 32 });
    expect(changed.data).not.toEqual(usual.data);
    chooseTile({ parameters: {} });
    await idle();
    expect(shownMap(view())).toEqual(usual);
    expect(asked()).toBe(2);
  });
});

describe("a map of many runs", () => {
  const long = { ...plainTile("rise"), parameters: { rise: { masks: 20000 } } };
  const growing = (view: () => PanelState) =>
    expect
      .poll(() => shownMap(view())?.progress?.done ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0);

  test("is shown while it grows; stopped, what there is stays and is not asked for again", async () => {
    const { explainer, view, asked, idle } = start({ images: [images[0]!], tiles: [long] });
    explainer.run();
    await growing(view);
    expect(view().progress).toMatchObject({ counted: true });
    expect(view().progress!.text).toMatch(/ of 20,000 masks/);
    explainer.cancel();
    await idle();
    expect(view().failure).toBeUndefined();
    const stopped = shownMap(view())!;
    expect(stopped.growth).toBe("stopped");
    const requests = asked();
    explainer.choose({ classes: [1] });
    explainer.choose({ classes: "predicted" });
    await idle();
    expect(asked()).toBe(requests);
    expect(shownMap(view())!.progress).toEqual(stopped.progress);
  });

  test("run again, it shows no less than there was, and ends whole", async () => {
    const short = { ...plainTile("rise"), parameters: { rise: { masks: 600 } } };
    const { explainer, view, idle } = start({ images: [images[0]!], tiles: [short] });
    explainer.run();
    await growing(view);
    explainer.cancel();
    await idle();
    const { done } = shownMap(view())!.progress!;
    explainer.goOn();
    expect(shownMap(view())!.progress!.done).toBe(done);
    await idle();
    expect(shownMap(view())).toMatchObject({ growth: "whole", progress: { done: 600 } });
  });

  test("another choice ends it at once", async () => {
    const { explainer, chooseTile, view, idle, client } = start({
      images: [images[0]!],
      tiles: [long],
    });
    explainer.run();
    await growing(view);
    chooseTile({ method: "gradCam" });
    await idle();
    expect(shownMap(view())?.method).toBe("gradCam");
    expect(client.idle).toBe(true);
  });

  test("of the images that are not shown the prediction is enough", async () => {
    const short = { ...plainTile("rise"), parameters: { rise: { masks: 40 } } };
    const { explainer, view, idle } = start({ tiles: [short] });
    explainer.run();
    await idle();
    expect(view().results[images[0]!]).toMatchObject({ maps: [{}, {}] });
    expect(view().results[images[1]!]).toMatchObject({ maps: [], picture: size });
  });
});

describe("several classes together, contrasts", () => {
  test.each<[string, Partial<PanelChoice>, object]>([
    ["a set of classes", { classes: [0, 1] }, { set: [0, 1] }],
    ["rather than a class", { versus: { class: 1 } }, { versus: { class: 1 } }],
    ["the score turned round", { negated: true }, { negated: true }],
  ])("%s is one request more, and none to come back", async (_, change, map) => {
    const { explainer, view, asked, idle } = start({ images: [images[0]!] });
    explainer.run();
    await idle();
    const plain = shownMap(view());
    explainer.choose(change);
    await idle();
    expect(shownMap(view())).toMatchObject(map);
    explainer.choose({ classes: "predicted", versus: "nothing", negated: false });
    await idle();
    expect(shownMap(view())).toEqual(plain);
    expect(asked()).toBe(2);
  });
});

describe("a map is judged", () => {
  test("by every test there is; another map ends it", async () => {
    const { explainer, judging, view, idle } = start({ images: [images[0]!] });
    explainer.run();
    await idle();
    judging.begin();
    const judged = () => view().judged[mapKey(view(), shownMap(view())!)];
    await expect.poll(() => judged()?.progress, { timeout: 20_000 }).toBeUndefined();
    expect(judged()!.failure).toBeUndefined();
    const ids = view().inspection!.judgements.map(({ id }) => id);
    expect(judged()!.judgements.map(({ id }) => id)).toEqual(ids);
    explainer.choose({ classes: [1] });
    judging.begin();
    explainer.choose({ classes: [0] });
    judging.follow();
    explainer.choose({ classes: [1] });
    await expect.poll(() => judged()?.failure?.code).toBe("cancelled");
  });
});

describe("choices that overtake each other", () => {
  test("the last one wins, and nothing is left running", async () => {
    const { explainer, chooseTile, view, idle, client } = start();
    explainer.run();
    chooseTile({ method: "cam" });
    explainer.choose({ image: images[2]!, score: "probability" });
    chooseTile({ method: "gradCam" });
    await idle();
    expect(shownMap(view())).toMatchObject({ method: "gradCam", score: "probability" });
    expect(client.idle).toBe(true);
  });

  test("cancel stops, says so, and a retry completes", async () => {
    const { explainer, view, idle } = start();
    explainer.run();
    explainer.cancel();
    await idle();
    expect(view().failure?.code).toBe("cancelled");
    explainer.retry();
    await idle();
    expect(view().failure).toBeUndefined();
    expect(Object.keys(view().results)).toHaveLength(3);
  });
});
