import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import {
  contextMenu,
  explorerRow,
  notification,
  quickPickRow,
  runCommand,
  selectRows,
} from "./workbench";
import { dotImage, makeFolder, put, putBrightnessModel } from "../helper/workspace";

const folder = makeFolder();
const good = await dotImage({ width: 301, height: 203 }, { x: 60, y: 150 });
put(folder, "good.jpg", good);
put(folder, "text.png", "This is a text.");
put(folder, "truncated.jpg", good.subarray(0, good.length / 2));
put(folder, "empty.png", "");
putBrightnessModel(folder, "bright", { width: 96, height: 96 });
const model = readFileSync(join(folder, "bright.onnx"));
put(folder, "text.onnx", "This is no model.");
put(folder, "truncated.onnx", model.subarray(0, model.length / 2));
put(folder, "deleted.onnx", model);
put(folder, "wrong.onnx", model);
put(folder, "wrong.sightline.json", { resise: "squash" });

const editor = useEditor(() => ({ files: { ".": folder } }));

describe("bad images", () => {
  test("each says what is wrong with it, and the good one is explained", async () => {
    const { page } = editor();
    const names = ["good.jpg", "text.png", "truncated.jpg", "empty.png"];
    await contextMenu(page, await selectRows(page, names), "Explain Prediction");
    await quickPickRow(page, "bright.onnx").click();
    const panel = await Panel.find(page);
    await panel.chooseImage("good.jpg");
    await panel.untilExplained();
    for (const name of names.slice(1)) {
      await panel.chooseImage(name);
      const sentence = await panel.error();
      expect(sentence).toContain(name);
      expect(sentence).toMatch(/[;,] .+\.$/);
      expect(sentence.split("\n")).toHaveLength(1);
    }
    await panel.chooseImage("good.jpg");
    expect((await panel.classes()).map(({ name }) => name)).toContain("bright");
  });
});

describe("bad models", () => {
  test.each(["text.onnx", "truncated.onnx"])("%s says what is wrong with it", async (name) => {
    const panel = await Panel.find(editor().page);
    await panel.chooseModel(name);
    await expect.poll(() => panel.error()).toContain(name);
    const buttons = panel.frame.locator("sightline-notice vscode-button");
    expect(await buttons.evaluateAll((all) => all.map((button) => button.ariaLabel))).toEqual([
      "Choose Another Model…",
      "Try Again",
      "Show Log",
    ]);
  });

  test("one that is deleted between pick and run is named, and another can be chosen there", async () => {
    const panel = await Panel.find(editor().page);
    await panel.chooseModel("deleted.onnx");
    await panel.untilExplained();
    rmSync(join(editor().workspace, "deleted.onnx"));
    await panel.chooseImage("text.png");
    await panel.pick("Layer", "sightline/AveragePool");
    await panel.chooseImage("good.jpg");
    await expect.poll(() => panel.error()).toContain("deleted.onnx");
    await panel.press("Choose Another Model…");
    await quickPickRow(panel.page, "bright.onnx").click();
    await panel.untilExplained();
  });

  test("a profile with an unknown key is named, can be opened and corrected", async () => {
    const panel = await Panel.find(editor().page);
    await panel.chooseModel("wrong.onnx");
    const sentence = await panel.error();
    expect(sentence).toContain("wrong.sightline.json");
    expect(sentence).toContain("“resise”");
    await panel.press("Open Profile");
    const tab = panel.page.locator(".tab.active");
    await expect.poll(() => tab.getAttribute("aria-label")).toContain("wrong.sightline.json");
    put(editor().workspace, "wrong.sightline.json", { resize: "squash" });
    await panel.page.locator(".tab", { hasText: "Explain:" }).click();
    const again = await Panel.find(panel.page);
    await again.press("Try Again");
    await again.untilExplained();
  });
});

describe("Create Model Profile", () => {
  test("refuses to write over a profile, and opens it instead", async () => {
    const { page } = editor();
    await runCommand(page, "Sightline: Create Model Profile");
    const message = notification(page, "exists already");
    await message.waitFor();
    await message.getByRole("button", { name: "Open Profile" }).click();
    const tab = page.locator(".tab.active");
    await expect.poll(() => tab.getAttribute("aria-label")).toContain("sightline.json");
  });
});

describe("a Node that is not there", () => {
  const other = useEditor(() => ({
    files: { ".": folder },
    settings: { "sightline.engine.node": "/nowhere/node" },
  }));

  test("is told with the name of the setting, in the panel and in a notification", async () => {
    const { page } = other();
    await contextMenu(page, await explorerRow(page, "good.jpg"), "Explain Prediction");
    await quickPickRow(page, "bright.onnx").click();
    const panel = await Panel.find(page);
    expect(await panel.error()).toMatch(/\/nowhere\/node .*sightline\.engine\.node\.$/);
    await notification(page, "sightline.engine.node").waitFor();
  });
});
