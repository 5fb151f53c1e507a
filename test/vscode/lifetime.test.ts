import { describe, expect, test } from "vitest";
import { useEditor } from "./editor";
import { Panel } from "./panel";
import { contextMenu, explorerRow, notification, quickPickRow, runCommand } from "./workbench";
import { dotImage, makeFolder, put, putBrightnessModel, putSlowModel } from "../helper/workspace";

const folder = makeFolder();
putBrightnessModel(folder, "bright", { width: 96, height: 96 });
putSlowModel(folder);
const size = { width: 301, height: 203 };
put(folder, "dot.jpg", await dotImage(size, { x: 60, y: 150 }));

const editor = useEditor(() => ({ files: { ".": folder } }));

async function isGone(pid: number): Promise<void> {
  await expect
    .poll(
      () =>
        editor()
          .engines()
          .some((engine) => engine.pid === pid),
      { timeout: 20_000 },
    )
    .toBe(false);
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
    await panel.chooseModel("slow.onnx");
    await panel.untilWorking();
    await page.waitForTimeout(1500);
    const [engine] = editor().engines();
    process.kill(engine!.pid, "SIGKILL");
    const sentence =
      "The engine stopped unexpectedly (killed by SIGKILL); nothing is lost, the next request starts it again.";
    expect(await panel.error()).toBe(sentence);
    const message = notification(page, sentence);
    await message.waitFor();
    expect(await message.getByRole("button", { name: "Show Log" }).count()).toBe(1);
    expect(editor().log()).toContain(sentence);
    await panel.chooseModel("bright.onnx");
    await panel.untilExplained();
    expect(editor().engines()).toHaveLength(1);
    expect(editor().engines()).not.toContainEqual(engine);
  });

  test("Cancel in the panel answers within a second, though the engine is in the middle of a long run", async () => {
    const panel = await Panel.find(editor().page);
    await panel.chooseModel("slow.onnx");
    await panel.untilWorking();
    await panel.page.waitForTimeout(1500);
    const [engine] = editor().engines();
    const { sentence, milliseconds } = await panel.answerTime(panel.button("Cancel"));
    expect(sentence).toBe("Cancelled.");
    expect(milliseconds).toBeLessThan(1000);
    await isGone(engine!.pid);
    await panel.chooseModel("bright.onnx");
    await panel.untilExplained();
  });

  test("a panel that is seen says its progress itself, one that is hidden in a notification; Cancel there does the same", async () => {
    const { page } = editor();
    const panel = await Panel.find(page);
    await panel.chooseModel("slow.onnx");
    await panel.untilWorking();
    await page.waitForTimeout(1500);
    const progress = notification(page, /Sightline: (Starting|opening|dot)/);
    expect(await progress.count()).toBe(0);
    const [engine] = editor().engines();
    await (await explorerRow(page, "dot.jpg")).dblclick();
    await progress.waitFor();
    await progress.getByRole("button", { name: "Cancel" }).click();
    await isGone(engine!.pid);
    await page.locator(".tab", { hasText: "Explain:" }).click();
    const again = await Panel.find(page);
    expect(await again.error()).toBe("Cancelled.");
    expect(await progress.count()).toBe(0);
    await again.chooseModel("bright.onnx");
    await again.untilExplained();
  });

  test("another number of threads starts the engine anew, and the panel goes on", async () => {
    const panel = await Panel.find(editor().page);
    const [engine] = editor().engines();
    editor().set({ "sightline.threads": 1 });
    await isGone(engine!.pid);
    await panel.pick("Layer", "sightline/AveragePool");
    await panel.untilExplained();
    expect(editor().engines()).toMatchObject([{ options: { threads: 1 } }]);
  });

  test("Restart Engine gives a new process", async () => {
    const { page } = editor();
    const [engine] = editor().engines();
    await runCommand(page, "Sightline: Restart Engine");
    await isGone(engine!.pid);
  });

  test("reloading the window restores the panel: image, model, class, layer, look", async () => {
    const { page } = editor();
    const panel = await Panel.find(page);
    await panel.chooseClass("dark");
    await panel.show("Map");
    await panel.untilExplained();
    const before = { classes: await panel.classes(), caption: await panel.caption() };
    await runCommand(page, "Developer: Reload Window");
    await page.waitForTimeout(3000);
    const restored = await (await Panel.find(page, 60_000)).untilExplained();
    expect(await restored.classes()).toEqual(before.classes);
    expect(await restored.caption()).toBe(before.caption);
    const checked = restored.frame.locator('.segments[aria-label="Show"] input:checked');
    expect(await checked.evaluate((input) => input.parentElement!.innerText.trim())).toBe("Map");
    expect(await restored.layerField.getAttribute("title")).toContain("AveragePool");
  });

  test("closing the panel lets the engine go after a while, not at once", async () => {
    const { page } = editor();
    await page.keyboard.press("Control+F4");
    await page.waitForTimeout(500);
    expect(editor().engines()).toHaveLength(1);
  });
});
