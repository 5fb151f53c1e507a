import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoFiles } from "./demo";
import { useEditor } from "./editor";
import { root } from "./package.mjs";
import { Panel } from "./panel";
import { contextMenu, explorerRow, quickPickRow, runCommand, setTheme } from "./workbench";

const folder = join(root, "out", "screenshots");
mkdirSync(folder, { recursive: true });

const editor = useEditor(() => ({ files: demoFiles }));
const find = () => Panel.find(editor().page);
const clipboard = () => editor().page.evaluate(() => navigator.clipboard.readText());
const themes = [
  ["Dark Modern", "dark"],
  ["Light Modern", "light"],
] as const;

/** Keeps how the panel looks in both themes, for eyes. */
async function look(panel: Panel, name: string): Promise<void> {
  for (const [theme, suffix] of themes) {
    await setTheme(panel.page, theme);
    await panel.page.screenshot({ path: join(folder, `${name}-${suffix}.png`) });
  }
}

describe("the choice of a method", () => {
  test("methods stand by their families, are searched, and say what does not apply and why", async () => {
    const { page } = editor();
    const row = await explorerRow(page, "images/sailboat-at-noon.jpg");
    await contextMenu(page, row, "Explain Prediction");
    await quickPickRow(page, "model.onnx").click();
    const panel = await (await Panel.find(page)).untilExplained();
    await look(panel, "panel");
    await panel.openList("Method");
    const { names, groups } = await panel.methods();
    expect(groups.length).toBeGreaterThan(3);
    expect(names).toEqual(expect.arrayContaining(["Grad-CAM", "RISE", "Occlusion"]));
    await page.screenshot({ path: join(folder, "methods-list.png") });
    await page.keyboard.type("zeiler");
    await expect.poll(async () => (await panel.methods()).names).toContain("Occlusion");
    expect((await panel.methods()).names).not.toContain("Grad-CAM");
    await page.keyboard.press("Escape");
  });

  test("a gradient at the image is drawn, and its caution stands beside the map", async () => {
    const panel = await find();
    await panel.pick("Method", "Guided backprop");
    await panel.untilExplained();
    expect(await panel.paintedShare()).toBeGreaterThan(0.02);
    expect(await panel.text(".caution")).not.toBe("");
    expect(await panel.text("sightline-map-controls")).toContain("reads at the image");
    await look(panel, "guided-backprop");
  });

  test("a parameter is a field that says what it takes, changes the map, and has a way back", async () => {
    const panel = await find();
    await panel.pick("Method", "Occlusion");
    await panel.untilExplained();
    const before = await panel.drawing();
    await panel.fill("Window", "wide");
    await expect
      .poll(() => panel.text("sightline-field p"))
      .toMatch(/^Window takes a whole number/);
    await panel.fill("Window", "48");
    await expect.poll(() => panel.drawing()).not.toBe(before);
    await panel.untilExplained();
    await panel.press("Copy as Command Line");
    await expect.poll(clipboard).toContain("--method occlusion --window 48");
    await panel.press("Reset to Defaults");
    await panel.untilExplained();
    await expect.poll(() => panel.drawing()).toBe(before);
  });
});

describe("a method of many runs", () => {
  test("shows its map while it grows; what is there when it is stopped stays and is not asked for again", async () => {
    const panel = await find();
    await panel.pick("Method", "RISE");
    await panel.fill("Masks", "20000");
    await expect
      .poll(() => panel.working(), { timeout: 30_000 })
      .toMatch(/\d of 20,000 masks · standard error \d+ % of the range/);
    const growing = await panel.drawing();
    await expect.poll(() => panel.drawing()).not.toBe(growing);
    await panel.page.screenshot({ path: join(folder, "rise-growing.png") });
    await panel.press("Cancel");
    const stopped = () => panel.text(".stopped");
    await expect.poll(stopped).toMatch(/^Stopped at [\d,]+ of 20,000 masks/);
    const said = await stopped();
    await look(panel, "rise-stopped");
    await panel.chooseClass("balloon");
    await panel.chooseClass("sailboat");
    expect(await stopped()).toBe(said);
    expect(await panel.working()).toBe("");
  });

  test("another choice ends it at once", async () => {
    const panel = await find();
    await panel.press("Run to the End");
    await panel.untilWorking();
    await panel.pick("Method", "Grad-CAM");
    await panel.untilExplained(5000);
  });
});

describe("maps beside each other", () => {
  test("have their agreement, and one of them is what the sidebar is about", async () => {
    const panel = await find();
    await panel.press("Compare");
    await panel.untilExplained();
    await panel.pick("Method", "Occlusion");
    await panel.untilExplained();
    expect(await panel.tiles()).toEqual([
      { name: "Grad-CAM", active: false },
      { name: "Occlusion", active: true },
    ]);
    expect(await panel.text("sightline-agreement")).toMatch(
      /Grad-CAM – Occlusion −?\d\.\d\d *\d+ %/,
    );
    expect(await panel.text("sightline-map-controls")).toContain("their units differ");
    await look(panel, "two");
    await panel.frame.locator('sightline-tiles input[aria-label="Occlusion"]').focus();
    await panel.page.keyboard.press("ArrowLeft");
    await expect.poll(async () => (await panel.tiles())[0]!.active).toBe(true);
    expect(await panel.text("sightline-map-controls details.wide")).toContain("ReLU");
  });

  test("of one method have one scale; there are four at most; a window's reload keeps them", async () => {
    const panel = await find();
    await panel.press("Add Map");
    await panel.press("Add Map");
    await panel.pick("Method", "Occlusion");
    await panel.fill("Window", "48");
    await panel.untilExplained();
    expect(await panel.button("Add Map").getAttribute("disabled")).not.toBeNull();
    await look(panel, "four");
    const tiles = await panel.tiles();
    expect(tiles.at(-1)).toEqual({ name: "Occlusion, window 48", active: true });
    await runCommand(panel.page, "Developer: Reload Window");
    await panel.page.waitForTimeout(1000);
    const restored = await (await Panel.find(panel.page, 60_000)).untilExplained();
    expect(await restored.tiles()).toEqual(tiles);
    for (const name of tiles
      .slice(0, 3)
      .map((tile) => tile.name)
      .filter((one) => one !== "Occlusion"))
      await restored.press(`Remove ${name}`);
    await restored.untilExplained();
    expect(await restored.text("sightline-map-controls")).toContain("One scale for all maps.");
    await restored.press("Remove Occlusion, window 48");
    await expect.poll(() => restored.frame.locator("sightline-tiles").count()).toBe(0);
  });
});

describe("what is asked", () => {
  test("rather than another class, than the nearest, turned round: the caption says it", async () => {
    const panel = await find();
    await panel.pick("Method", "Grad-CAM");
    await panel.untilExplained();
    const plain = await panel.drawing();
    await panel.openMore();
    await panel.pick("Rather than", "balloon");
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/^Evidence for sailboat rather than balloon/);
    await expect.poll(() => panel.drawing()).not.toBe(plain);
    await look(panel, "rather-than");
    await panel.pick("Rather than", "Finer-CAM");
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/sailboat rather than its 3 nearest classes/);
    await panel.pick("Rather than", "nothing");
    await panel.check("What would make it less likely");
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/^Evidence against sailboat/);
    await panel.check("What would make it less likely");
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/^sailboat, 98 % · evidence/);
  });

  test("several classes together, by Ctrl-click", async () => {
    const panel = await find();
    const row = panel.frame.locator("sightline-predictions .choice", { hasText: "balloon" });
    await row.click({ modifiers: ["Control"] });
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/^Evidence for sailboat and balloon together/);
    await look(panel, "together");
    await panel.press("Copy as Command Line");
    await expect.poll(clipboard).toMatch(/--class \d\+\d/);
    await row.click();
    await panel.untilExplained();
    await expect.poll(() => panel.caption()).toMatch(/^sailboat, 98 %/);
  });

  test("several layers joined, and the image changed", async () => {
    const panel = await find();
    const before = await panel.drawing();
    await panel.pick("Join with layer", "relu_3");
    await panel.untilExplained();
    await expect.poll(() => panel.drawing()).not.toBe(before);
    await panel.check("Average over mirror image and brightness");
    await panel.untilExplained();
    await panel.press("Copy as Command Line");
    await expect.poll(clipboard).toMatch(/--layer auto --layer relu_3 --augmented/);
    await look(panel, "joined");
    await panel.press("Without relu_3");
    await panel.check("Average over mirror image and brightness");
    await panel.untilExplained();
    await expect.poll(() => panel.drawing()).toBe(before);
  });
});

describe("how far to trust it", () => {
  test("a map is judged: each test says its number and what it means", async () => {
    const panel = await find();
    await panel.press("Judge This Map");
    const tests = panel.frame.locator("sightline-trust .test");
    await expect.poll(() => tests.count(), { timeout: 100_000 }).toBeGreaterThanOrEqual(6);
    const working = panel.frame.locator("sightline-trust .working");
    await expect.poll(() => working.count(), { timeout: 20_000 }).toBe(0);
    for (const words of await tests.allInnerTexts()) expect(words).toMatch(/[.)]\s*$/);
    expect(await panel.text(".caution .badge")).toMatch(/^Sanity −?-?[\d.]+/);
    expect(await panel.frame.locator("sightline-trust .test svg").count()).toBeGreaterThan(0);
    await tests.last().scrollIntoViewIfNeeded();
    await look(panel, "judged");
  });
});

test("nothing is wider than its place with four maps, however narrow and however long the names", async () => {
  const panel = await find();
  for (let i = 0; i < 3; i++) await panel.press(i === 0 ? "Compare" : "Add Map");
  await panel.untilExplained();
  for (const width of [300, 420, 700, 1000]) expect(await panel.overflow(width)).toEqual([]);
  await panel.page.setViewportSize({ width: 900, height: 900 });
  await look(panel, "narrow");
});

test("the page breaks no content security policy", () => {
  expect(editor().violations()).toEqual([]);
});
