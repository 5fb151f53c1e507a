import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Point } from "../../src/explain/picture/geometry";
import { percent } from "../../src/explain/percent";
import { className } from "../../src/webview/explain/words";
import { explainByCommand, type Told } from "./command";
import { demoFiles, demoImages } from "./demo";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import {
  contextMenu,
  explorerRow,
  quickPickRow,
  runCommand,
  selectRows,
  statusItem,
} from "./workbench";

const editor = useEditor(() => ({ files: demoFiles }));
const told = (image: string): Told =>
  explainByCommand(join(editor().workspace, "model.onnx"), join(editor().workspace, image));

async function compare(panel: Panel, image: string): Promise<void> {
  const { image: manifest, hottest, cell } = told(image);
  const { predictions, geometry } = manifest;
  expect(await panel.classes()).toEqual(
    predictions.slice(0, 5).map((prediction, i) => ({
      name: className(prediction),
      probability: percent(prediction.probability),
      chosen: i === 0,
    })),
  );
  const { width, height } = geometry.image;
  const drawn = await panel.hottest();
  const near = (place: Point) => {
    expect(Math.abs(place.x - hottest.x), image).toBeLessThanOrEqual(cell.width);
    expect(Math.abs(place.y - hottest.y), image).toBeLessThanOrEqual(cell.height);
  };
  near({ x: drawn.x * width, y: drawn.y * height });
  near(await panel.ring());
}

describe("the demo workspace", () => {
  test("right-click, Explain Prediction: the nearest model is offered first, with format, size and age", async () => {
    const { page } = editor();
    const row = await explorerRow(page, demoImages[0]!);
    await contextMenu(page, row, "Explain Prediction");
    const first = page.locator(".quick-input-widget .monaco-list-row").first();
    await first.waitFor();
    expect(await first.innerText()).toMatch(/model\.onnx[^]*ONNX · [\d.]+ kB · .*(ago|now)/);
    await quickPickRow(page, "model.onnx").click();
    const panel = await (await Panel.find(page)).untilExplained();
    await compare(panel, demoImages[0]!);
  });

  test("the model is remembered: several images open without a question, all as the command line has them", async () => {
    const { page } = editor();
    const some = demoImages.filter((_, i) => i % 3 === 0);
    await contextMenu(page, await selectRows(page, some), "Explain Prediction");
    await page.locator(".tab", { hasText: `Explain: ${some.length} images` }).waitFor();
    const panel = await Panel.find(page);
    for (const image of some) {
      await panel.chooseImage(image);
      await panel.untilExplained();
      await compare(panel, image);
    }
  });

  test("a checkpoint is chosen from the status bar, and the panel follows", async () => {
    const { page } = editor();
    const panel = await Panel.find(page);
    await statusItem(page).click();
    await quickPickRow(page, "epoch-01.onnx").click();
    await panel.untilExplained();
    expect(await panel.text("header .model")).toContain("epoch-01.onnx");
    await expect.poll(() => statusItem(page).innerText()).toContain("epoch-01.onnx");
  });

  test("Show Log opens the Sightline channel", async () => {
    const { page } = editor();
    await runCommand(page, "Sightline: Show Log");
    await expect
      .poll(() => page.locator(".output-view").first().innerText())
      .toContain("activated");
  });
});
