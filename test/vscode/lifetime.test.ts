import { describe, expect, test } from "vitest";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import { contextMenu, explorerRow, notification, quickPickRow, runCommand } from "./workbench";
import { dotImage, makeFolder, put, putBrightnessModel, putSlowModel } from "./workspace";

const folder = makeFolder();
putBrightnessModel(folder, "bright", { width: 96, height: 96 });
putSlowModel(folder);
const size = { width: 301, height: 203 };
put(folder, "dot.jpg", await dotImage(size, { x: 60, y: 150 }));

const editor = useEditor(() => ({ files: { ".": folder } }));

async function chooseModel(panel: Panel, name: string): Promise<void> {
  await panel.frame.locator("header .model vscode-button").click();
  await quickPickRow(panel.page, name).click();
}

async function isGone(pid: number): Promise<void> {
  await expect.poll(() => editor().engines().includes(pid), { timeout: 5000 }).toBe(false);
}

describe("the engine and the window", () => {
  test("a panel opens with the model that is picked", async () => {
    const { page } = editor();
    await contextMenu(page, await explorerRow(page, "dot.jpg"), "Explain Prediction");
    await quickPickRow(page, "bright.onnx").click();
    const panel = await (await Panel.find(page)).untilExplained();
    expect((await panel.classes()).map(({ name }) => name)).toEqual(["bright", "dark"]);
    expect(editor().engines()).toHaveLength(1);
  });

  test("killing the engine in the middle of a request is told, and the next request works", async () => {
    const { page } = editor();
    const panel = await Panel.find(page);
    await chooseModel(panel, "slow.onnx");
    await panel.frame.locator(".caption .progress").waitFor();
    await page.waitForTimeout(1500);
    const [engine] = editor().engines();
    process.kill(engine!, "SIGKILL");
    const sentence =
      "The engine stopped unexpectedly (killed by SIGKILL); nothing is lost, the next request starts it again.";
    expect(await panel.error()).toBe(sentence);
    const message = notification(page, sentence);
    await message.waitFor();
    expect(await message.getByRole("button", { name: "Show Log" }).count()).toBe(1);
    expect(editor().log()).toContain(sentence);
    await chooseModel(panel, "bright.onnx");
    await panel.untilExplained();
    expect(editor().engines()).toHaveLength(1);
    expect(editor().engines()).not.toContain(engine);
  });

  test("Cancel in the panel answers within a second, though the engine is in the middle of a long run", async () => {
    const panel = await Panel.find(editor().page);
    await chooseModel(panel, "slow.onnx");
    await panel.frame.locator(".caption .progress").waitFor();
    await panel.page.waitForTimeout(1500);
    const [engine] = editor().engines();
    const begun = Date.now();
    await panel.press("Cancel");
    expect(await panel.error()).toBe("Cancelled.");
    expect(Date.now() - begun).toBeLessThan(1000);
    await isGone(engine!);
    await chooseModel(panel, "bright.onnx");
    await panel.untilExplained();
  });

  test("Cancel in the notification does the same", async () => {
    const panel = await Panel.find(editor().page);
    await chooseModel(panel, "slow.onnx");
    const progress = notification(panel.page, "Sightline");
    await progress.waitFor();
    const begun = Date.now();
    await progress.getByRole("button", { name: "Cancel" }).click();
    expect(await panel.error()).toBe("Cancelled.");
    expect(Date.now() - begun).toBeLessThan(1000);
    await chooseModel(panel, "bright.onnx");
    await panel.untilExplained();
  });

  test("another number of threads starts the engine anew, and the panel goes on", async () => {
    const panel = await Panel.find(editor().page);
    const [engine] = editor().engines();
    editor().set({ "sightline.threads": 1 });
    await isGone(engine!);
    await panel.pick("Layer", "AveragePool");
    await panel.untilExplained();
    expect(await panel.text("sightline-facts")).toContain("1 thread");
  });

  test("Restart Engine gives a new process", async () => {
    const { page } = editor();
    const [engine] = editor().engines();
    await runCommand(page, "Sightline: Restart Engine");
    await isGone(engine!);
  });

  test("reloading the window restores the panel: image, model, class, layer, look", async () => {
    const { page } = editor();
    const panel = await Panel.find(page);
    await panel.chooseClass("dark");
    await panel.show("Map");
    await panel.untilExplained();
    const before = { classes: await panel.classes(), caption: await panel.caption() };
    await page.reload();
    const restored = await (await Panel.find(page, 60_000)).untilExplained();
    expect(await restored.classes()).toEqual(before.classes);
    expect(await restored.caption()).toBe(before.caption);
    const checked = restored.frame.locator('.segments[aria-label="Show"] input:checked');
    expect(await checked.evaluate((input) => input.parentElement!.innerText.trim())).toBe("Map");
    const layer = restored.frame.locator('sightline-dropdown[label^="Layer"] vscode-dropdown');
    expect(await layer.evaluate((element) => (element as HTMLSelectElement).value)).toContain(
      "AveragePool",
    );
  });

  test("closing the panel lets the engine go after a while, not at once", async () => {
    const { page } = editor();
    await page.keyboard.press("Control+F4");
    await page.waitForTimeout(500);
    expect(editor().engines()).toHaveLength(1);
  });
});
