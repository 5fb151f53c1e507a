import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { demoFiles, demoImages } from "./demo";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import { contextMenu, quickPickRow, selectRows, setTheme } from "./workbench";

const folder = join(root, "out", "screenshots");

const themes = [
  ["Dark Modern", "dark"],
  ["Light Modern", "light"],
  ["Dark High Contrast", "high-contrast-dark"],
  ["Light High Contrast", "high-contrast-light"],
] as const;

describe("the panel in the editor's themes", () => {
  const editor = useEditor(() => ({ files: demoFiles }));
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const { page } = editor();
    await contextMenu(page, await selectRows(page, demoImages), "Explain Prediction");
    await quickPickRow(page, "model.onnx").click();
    const panel = await (await Panel.find(page)).untilExplained();
    await panel.chooseImage("sailboat-at-noon.jpg");
    await panel.untilExplained();
    // As a map has it that a test says not to trust.
    await panel.frame.locator(".lines").evaluate((lines) => {
      lines.insertAdjacentHTML("beforeend", '<span class="badge warning">Sanity 0.9</span>');
    });
  });

  test.each(themes)("%s: text stands out from its ground", async (theme, name) => {
    const { page } = editor();
    await setTheme(page, theme);
    const panel = await Panel.find(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    const most = name.startsWith("high") ? 7 : 4.5;
    for (const [selector, contrast] of Object.entries(await panel.contrasts()))
      expect(contrast, selector).toBeGreaterThanOrEqual(most);
  });

  test("a long unit leaves its value room: it stands below", async () => {
    const panel = await Panel.find(editor().page);
    await panel.pick("Method", "SmoothGrad");
    const field = panel.frame.locator("sightline-field", { hasText: "input's range" });
    const [input, unit] = await Promise.all([
      field.locator("input").boundingBox(),
      field.locator(".below").boundingBox(),
    ]);
    expect(input!.width).toBeGreaterThan(80);
    expect(unit!.y).toBeGreaterThanOrEqual(input!.y + input!.height);
    await panel.page.screenshot({ path: join(folder, "long-unit.png") });
  });
});
