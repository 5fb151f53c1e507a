import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { percent } from "../../src/explain/percent";
import { className } from "../../src/webview/explain/words";
import { explainByCommand } from "./command";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import { contextMenu, explorerRow, quickPickRow } from "./workbench";

const real = join(root, "..", "shared", "real");
const photos = join(real, "images", "voc2012", "JPEGImages");
const model = join(real, "models", "onnx", "SqueezeNet_fp16.onnx");
const present = existsSync(model);
if (!present) console.log(`skipped: ${model} is not there`);

describe.skipIf(!present)("SqueezeNet and photographs", () => {
  const editor = useEditor(() => ({ files: { photos, "SqueezeNet.onnx": model } }));

  test("the panel shows the classes and the hottest spot that the command line shows", async () => {
    const { page, workspace } = editor();
    const row = await explorerRow(page, "photos/2007_000256.jpg");
    await contextMenu(page, row, "Explain Prediction");
    const panel = await (await Panel.find(page)).untilExplained();
    const told = explainByCommand(
      join(workspace, "SqueezeNet.onnx"),
      join(workspace, "photos/2007_000256.jpg"),
    );
    const { predictions, geometry } = told.image;
    expect(await panel.classes()).toEqual(
      predictions.slice(0, 5).map((prediction, i) => ({
        name: className(prediction),
        probability: percent(prediction.probability),
        chosen: i === 0,
      })),
    );
    const drawn = await panel.hottest();
    const ring = await panel.ring();
    const { hottest, cell } = told;
    for (const place of [
      { x: drawn.x * geometry.image.width, y: drawn.y * geometry.image.height },
      ring,
    ]) {
      expect(Math.abs(place.x - hottest.x)).toBeLessThanOrEqual(cell.width);
      expect(Math.abs(place.y - hottest.y)).toBeLessThanOrEqual(cell.height);
    }
  });

  test("the guessed preprocessing is told with its runner-up, and can be written down", async () => {
    const panel = await Panel.find(editor().page);
    const words = await panel.text("sightline-seen");
    expect(words).toContain("Channel order BGR (guessed)");
    expect(words).toContain("Range 0–255 (guessed)");
    expect(words).toContain("Mean and deviation less 104, 117, 123 (guessed)");
    expect(words).toMatch(
      /Channel order, range, mean and deviation: BGR .* fits best, .*runner-up/,
    );
    await panel.press("Create Profile…");
    const tab = editor().page.locator(".tab.active");
    await expect.poll(() => tab.getAttribute("aria-label")).toContain("SqueezeNet.sightline.json");
  });

  test("any class can be explained, by its name or its number", async () => {
    const { page } = editor();
    await page.locator(".tab", { hasText: "Explain:" }).click();
    const panel = await (await Panel.find(page)).untilExplained();
    await panel.press("Another Class…");
    await page.locator(".quick-input-widget input.input").fill("948");
    await quickPickRow(page, "948").click();
    await expect
      .poll(async () => (await panel.classes())[5])
      .toMatchObject({ chosen: true, name: "Granny Smith" });
    await panel.untilExplained();
  });
});
