import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import { contextMenu, explorerRow } from "./workbench";

const real = join(root, "..", "shared", "real");
const model = join(real, "models", "onnx", "SqueezeNet_fp16.onnx");
const photos = join(real, "images", "voc2012", "JPEGImages");
const present = existsSync(model);
if (!present) console.log(`skipped: ${model} is not there`);

describe.skipIf(!present)("while a map of many runs grows", () => {
  const editor = useEditor(() => ({ files: { photos, "SqueezeNet.onnx": model } }));

  /** Opens the panel of a photo and waits for its map: milliseconds from the click in the menu. */
  async function explain(name: string): Promise<{ panel: Panel; milliseconds: number }> {
    const { page } = editor();
    await contextMenu(page, await explorerRow(page, `photos/${name}`), "Explain Prediction");
    const begun = Date.now();
    await page.locator(".tab.active", { hasText: name }).waitFor();
    const panel = await Panel.find(page);
    await expect.poll(() => panel.text("header .image")).toBe(name);
    await panel.untilExplained();
    return { panel, milliseconds: Date.now() - begun };
  }

  test("a right-click on another image is answered before it goes on", async () => {
    const { page } = editor();
    await explain("2007_000063.jpg");
    const alone = await explain("2007_000256.jpg");
    await page.locator(".tab", { hasText: "2007_000063.jpg" }).click();
    const panel = await Panel.find(page);
    await panel.pick("Method", "RISE");
    await panel.fill("Masks", "100000");
    await expect.poll(() => panel.working(), { timeout: 30_000 }).toMatch(/[1-9]\d* of 100,000/);
    const between = await explain("2007_000528.jpg");
    console.log(
      `a right-click: ${alone.milliseconds} ms alone, ${between.milliseconds} ms while RISE runs`,
    );
    await page.locator(".tab", { hasText: "2007_000063.jpg" }).click();
    const back = await Panel.find(page);
    // It went on all the time: the right-click did not have to wait for its end.
    await expect.poll(() => back.working()).toMatch(/[1-9][\d,]* of 100,000/);
    await back.press("Cancel");
    await expect.poll(() => back.text(".stopped")).toMatch(/^Stopped at [\d,]+ of 100,000 masks/);
  });
});
