import { describe, expect, test } from "vitest";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import { contextMenu, explorerRow, statusItem } from "./workbench";
import { dotImage, makeFolder, put, putBrightnessModel } from "../helper/workspace";

const folder = makeFolder();
putBrightnessModel(folder, "bright", { width: 96, height: 96 });
put(folder, "dot.jpg", await dotImage({ width: 301, height: 203 }, { x: 60, y: 150 }));

describe("Restricted Mode", () => {
  const editor = useEditor(() => ({
    files: { ".": folder },
    settings: { "sightline.engine.node": "/nowhere/node" },
    trust: false,
  }));

  test("explains, does not run the program that a setting names, and says so", async () => {
    const { page } = editor();
    await page.getByText("Restricted Mode").first().waitFor();
    await contextMenu(page, await explorerRow(page, "dot.jpg"), "Explain Prediction");
    const panel = await (await Panel.find(page)).untilExplained();
    expect((await panel.classes()).map(({ name }) => name)).toContain("bright");
    expect(editor().log()).toContain("Restricted Mode: the setting sightline.engine.node");
    expect(editor().engines()).toHaveLength(1);
    await statusItem(page).hover();
    await page.getByText("Restricted Mode: the setting sightline.engine.node").first().waitFor();
  });
});
