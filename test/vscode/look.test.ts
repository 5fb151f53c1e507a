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
});
