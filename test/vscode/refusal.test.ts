import { join } from "node:path";
import { expect, test } from "vitest";
import { brightnessProfile, flatModel } from "../helper/editorModel";
import { dotImage, makeFolder, put, putBrightnessModel } from "../helper/workspace";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import { contextMenu, explorerRow, quickPickRow, setTheme } from "./workbench";

const size = { width: 64, height: 64 };
const folder = makeFolder();
put(folder, "dot.jpg", await dotImage({ width: 160, height: 120 }, { x: 40, y: 40 }));
putBrightnessModel(folder, "bright", size);
for (const [name, weight] of [
  ["flat", 9],
  ["nan", NaN],
] as const) {
  put(folder, `${name}.onnx`, flatModel(size, weight));
  put(folder, `${name}.sightline.json`, { ...brightnessProfile, size, resize: "squash" });
}

const editor = useEditor(() => ({ files: { ".": folder } }));
const find = () => Panel.find(editor().page);

test("a method that does not apply from the start: the prediction is there, and another can be chosen", async () => {
  const { page } = editor();
  await contextMenu(page, await explorerRow(page, "dot.jpg"), "Explain Prediction");
  await quickPickRow(page, "flat.onnx").click();
  const panel = await Panel.find(page);
  expect(await panel.error()).toContain("this model has none");
  expect((await panel.classes()).map(({ name }) => name)).toEqual(["bright", "dark"]);
  await panel.pick("Method", "Saliency");
  await panel.untilExplained();
});

test("a class that was chosen in one model is not asked of another", async () => {
  const panel = await find();
  await panel.openMore();
  await panel.pick("Rather than", "dark");
  await panel.untilExplained();
  await panel.chooseModel("bright.onnx");
  await panel.untilExplained();
  await expect.poll(() => panel.caption()).toMatch(/^bright, \d/);
});

test("an average over changed images is not asked of a method at the image", async () => {
  const panel = await find();
  await panel.pick("Method", "Grad-CAM");
  await panel.untilExplained();
  await panel.check("Average over mirror image and brightness");
  await panel.untilExplained();
  await panel.pick("Method", "Saliency");
  await panel.untilExplained();
  await panel.pick("Method", "Grad-CAM");
  await panel.untilExplained();
});

test("beside each other, a notice names the map that is refused, and acts on that", async () => {
  const panel = await find();
  await panel.press("Compare");
  await panel.pick("Method", "Occlusion");
  await panel.fill("Window", "500");
  expect(await panel.error()).toMatch(/^Occlusion, window 500: .*500 pixels/);
  await panel.frame.locator('sightline-tiles input[aria-label^="Occlusion"]').focus();
  await panel.page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await panel.tiles())[0]!.active).toBe(true);
  await expect.poll(() => panel.text("sightline-agreement")).toMatch(/ ––$/);
  for (const theme of ["Dark High Contrast", "Light Modern"]) {
    await setTheme(panel.page, theme);
    await panel.page.screenshot({
      path: join(root, "out", "screenshots", `refused-${theme}.png`),
    });
  }
  await panel.frame
    .locator('sightline-notice vscode-button[aria-label="Reset to Defaults"]')
    .click();
  await panel.untilExplained();
  expect(await panel.tiles()).toEqual([
    { name: "Grad-CAM, averaged", active: false },
    { name: "Occlusion", active: true },
  ]);
});

test("pictures beside each other are equally high, however long their captions", async () => {
  const panel = await find();
  const stages = panel.frame.locator("sightline-tiles sightline-stage");
  await panel.frame
    .locator("sightline-tiles .foot")
    .first()
    .evaluate((foot) => {
      foot.textContent = "many words ".repeat(40);
    });
  const heights = await stages.evaluateAll((all) =>
    all.map((stage) => Math.round(stage.getBoundingClientRect().height)),
  );
  expect(heights).toHaveLength(2);
  expect(heights[0]).toBe(heights[1]);
});

test("scores that are no numbers are told in place of a prediction", async () => {
  const panel = await find();
  await panel.press("Remove Grad-CAM, averaged");
  await panel.pick("Method", "Saliency");
  await panel.untilExplained();
  await panel.chooseModel("nan.onnx");
  await expect.poll(() => panel.text("sightline-predictions")).toContain("are not numbers");
  await expect.poll(() => panel.caption()).toBe("The class scores are not numbers.");
});
