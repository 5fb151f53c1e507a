import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../src/explain/service/manifest";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import {
  chooseFolder,
  contextMenu,
  explorerRow,
  notification,
  quickPickRow,
  runCommand,
  statusItem,
} from "./workbench";
import { dotImage, makeFolder, put, putBrightnessModel } from "../helper/workspace";

const folder = makeFolder();
putBrightnessModel(folder, "bright", { width: 96, height: 96 });
const size = { width: 301, height: 203 };
put(folder, "first.jpg", await dotImage(size, { x: 60, y: 150 }));
put(folder, "second image's.jpg", await dotImage(size, { x: 250, y: 30 }));

const editor = useEditor(() => ({ files: { ".": folder } }));
const clipboard = () => editor().page.evaluate(() => navigator.clipboard.readText());

describe("ways to the panel", () => {
  test("the editor title of VS Code's image preview; the only model is taken without asking", async () => {
    const { page } = editor();
    await (await explorerRow(page, "first.jpg")).dblclick();
    await page.locator('.editor-actions [aria-label^="Explain Prediction"]').click();
    const panel = await (await Panel.find(page)).untilExplained();
    expect((await panel.classes()).map(({ name }) => name)).toEqual(["bright", "dark"]);
    await expect.poll(() => statusItem(page).innerText()).toMatch(/bright\.onnx · onnxruntime/);
  });

  test("the palette asks for an image", async () => {
    const { page } = editor();
    await runCommand(page, "View: Close All Editors");
    await page.locator(".tab").first().waitFor({ state: "detached" });
    await runCommand(page, "Sightline: Explain Prediction");
    await quickPickRow(page, "second image's.jpg").click();
    const panel = await (await Panel.find(page)).untilExplained();
    expect(await panel.text("header .image")).toBe("second image's.jpg");
  });

  test("the explorer; the same images come back to the same panel", async () => {
    const { page } = editor();
    const row = await explorerRow(page, "second image's.jpg");
    await contextMenu(page, row, "Explain Prediction");
    await (await Panel.find(page)).untilExplained();
    expect(await page.locator(".tab", { hasText: "Explain:" }).count()).toBe(1);
  });
});

describe("in the panel", () => {
  test("a click on another class shows its map without asking the engine; a blank map says why", async () => {
    const panel = await Panel.find(editor().page);
    expect(await panel.caption()).toMatch(/^bright, \d+ % · evidence: /);
    const [engine] = editor().engines();
    process.kill(engine!.pid, "SIGSTOP");
    await panel.chooseClass("dark");
    await panel.untilExplained();
    process.kill(engine!.pid, "SIGCONT");
    expect(await panel.text(".blank")).toContain("“dark”");
    expect(await panel.paintedShare()).toBe(0);
    await panel.press("Show the Evidence against It");
    await expect.poll(() => panel.paintedShare()).toBeGreaterThan(0);
    expect(await panel.caption()).toMatch(/^Evidence against dark · /);
    await panel.frame.locator(".segments .choice", { hasText: "For" }).first().click();
    await expect.poll(() => panel.paintedShare()).toBe(0);
    await panel.chooseClass("bright");
    expect(await panel.frame.locator(".blank").count()).toBe(0);
  });

  test("CAM instead of Grad-CAM moves the hottest pixel by less than a cell, and says its formula", async () => {
    const panel = await Panel.find(editor().page);
    const before = await panel.hottest();
    await panel.pick("Method", "CAM");
    await panel.untilExplained();
    const after = await panel.hottest();
    expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(1 / 12);
    expect(await panel.text("sightline-map-controls details.wide")).toContain("Formula");
    await panel.pick("Method", "Grad-CAM");
    await panel.untilExplained();
  });

  test("the picture has its equivalent in words", async () => {
    const panel = await Panel.find(editor().page);
    const words = await panel.frame.locator(".frame").getAttribute("aria-label");
    expect(words).toMatch(/^Grad-CAM at layer .* for bright, \d+ % · evidence: .*upper right/);
  });

  test("what the model saw is shown, in a picture and in words", async () => {
    const panel = await Panel.find(editor().page);
    const words = await panel.text("sightline-seen");
    expect(words).toContain("96 × 96");
    expect(words).toContain("Channel order RGB");
    expect(words).toContain("Range 0–1");
    const canvas = panel.frame.locator("sightline-seen canvas");
    const [dot, corner] = await canvas.evaluate((element) => {
      const context = (element as HTMLCanvasElement).getContext("2d")!;
      const at = (x: number, y: number) => context.getImageData(x, y, 1, 1).data[0]!;
      return [at(80, 14), at(5, 90)];
    });
    expect(dot).toBeGreaterThan(200);
    expect(corner).toBeLessThan(10);
  });

  test("pointing at the picture says place and value", async () => {
    const panel = await Panel.find(editor().page);
    await panel.frame.locator(".frame").hover();
    expect(await panel.text(".readout")).toMatch(/^\d+, \d+ · [\d.e-]+$/);
  });

  test("every control has a name and is reached by the keyboard", async () => {
    const panel = await Panel.find(editor().page);
    await panel.frame.locator("header .model vscode-button").focus();
    const names = new Set<string>();
    for (let name; (name = await panel.focusedName()) !== undefined;) {
      names.add(name);
      await panel.page.keyboard.press("Tab");
    }
    expect([...names]).toEqual(
      expect.arrayContaining([
        "bright.onnx",
        "Copy Picture",
        "Copy as Command Line",
        "Save…",
        "bright",
        "Method",
        "Layer",
        "Logit",
        "Overlay",
        "Opacity of the heat-map",
        "Colour map",
        "Mark the hottest spot",
      ]),
    );
    expect([...names]).not.toContain("");
  });

  test("the list of layers opens at the chosen one, is searched by typing, and goes by the keyboard", async () => {
    const panel = await Panel.find(editor().page);
    const { keyboard } = panel.page;
    await panel.layerField.focus();
    await keyboard.press("ArrowDown");
    await expect.poll(async () => (await panel.layers()).active).toBeTruthy();
    const { names, active } = await panel.layers();
    expect(names.length).toBeGreaterThan(1);
    expect(await panel.focusedName()).toBe("Search by name, operator or size");
    await keyboard.type("averagepool");
    await expect.poll(async () => (await panel.layers()).names.length).toBeLessThan(names.length);
    expect((await panel.layers()).names.join()).toMatch(/AveragePool/);
    await keyboard.press("Escape");
    expect(await panel.focusedName()).toBe("Layer");
    await keyboard.press("Enter");
    await keyboard.press("Home");
    await expect.poll(async () => (await panel.layers()).active).toBe(names[0]);
    await keyboard.press("End");
    await expect.poll(async () => (await panel.layers()).active).toBe(names.at(-1));
    const other = names.find((name) => name !== active)!;
    await keyboard.press("Home");
    for (let i = 0; i < names.indexOf(other); i++) await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await panel.untilExplained();
    expect(await panel.layerField.getAttribute("title")).toContain(other);
    await panel.pick("Layer", active!);
    await panel.untilExplained();
  });

  test("nothing in the panel is wider than its place, however narrow and however long the names", async () => {
    const panel = await Panel.find(editor().page);
    for (const width of [300, 420, 700, 1000]) expect(await panel.overflow(width)).toEqual([]);
  });

  test("arrow keys go from class to class", async () => {
    const panel = await Panel.find(editor().page);
    await panel.frame.locator("sightline-predictions input:checked").focus();
    await panel.page.keyboard.press("ArrowDown");
    const chosen = async () => (await panel.classes()).find((row) => row.chosen)?.name;
    await expect.poll(chosen).toBe("dark");
    await panel.page.keyboard.press("ArrowUp");
    await expect.poll(chosen).toBe("bright");
  });
});

describe("taking results away", () => {
  test("Copy as Command Line gives a line that the shell and the program understand", async () => {
    const panel = await Panel.find(editor().page);
    await panel.press("Copy as Command Line");
    await expect.poll(clipboard).toContain("sightline explain --model");
    const line = await clipboard();
    expect(line).toContain(`second image'\\''s.jpg'`);
    const cli = `${process.execPath} ${join(root, "dist", "cli.js")}`;
    const table = execFileSync("sh", ["-c", line.replace(/^sightline/, cli)], { encoding: "utf8" });
    expect(table).toContain("bright");
  });

  test("Copy Picture gives a PNG of the picture's size with the heat on it", async () => {
    const panel = await Panel.find(editor().page);
    await panel.press("Copy Picture");
    await expect.poll(() => panel.caption()).toBe("Picture copied.");
    const bytes = await editor().page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const blob = await item!.getType("image/png");
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    const { data, info } = await sharp(Uint8Array.from(bytes))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect({ width: info.width, height: info.height }).toEqual(size);
    const pixel = (x: number, y: number) => [
      ...data.subarray(3 * (y * 301 + x), 3 * (y * 301 + x) + 3),
    ];
    const [red, , blue] = pixel(250, 30);
    expect(red! - blue!).toBeGreaterThan(40); // inferno's hot end lies over the white dot
  });

  test("Save… writes what the command line writes", async () => {
    const { page, workspace } = editor();
    const panel = await Panel.find(page);
    mkdirSync(join(workspace, "out"));
    await panel.press("Save…");
    await chooseFolder(page, `${workspace}/out/`, "Save Here");
    await notification(page, "Sightline saved 3 files").waitFor();
    const stem = "second image's.gradCam.0";
    expect(readdirSync(join(workspace, "out")).sort()).toEqual([
      "manifest.json",
      `${stem}.npy`,
      `${stem}.png`,
    ]);
    const text = readFileSync(join(workspace, "out", "manifest.json"), "utf8");
    const manifest = JSON.parse(text) as Manifest;
    expect(manifest.images).toMatchObject([{ maps: [{ classIndex: 0, method: "gradCam" }] }]);
    const { width, height } = await sharp(join(workspace, "out", `${stem}.png`)).metadata();
    expect({ width, height }).toEqual(size);
  });
});

describe("the page", () => {
  test("breaks no content security policy", () => {
    expect(editor().violations()).toEqual([]);
  });
});
