import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** What a person does in VS Code's user interface, by mouse and keyboard. */

/** The row of a file in the explorer; folders on the way are opened. */
export async function explorerRow(page: Page, path: string): Promise<Locator> {
  const names = path.split("/");
  for (const [depth, name] of names.entries()) {
    const row = page.locator(
      `.explorer-viewlet .monaco-list-row[aria-level="${depth + 1}"][aria-label^="${name}"]`,
    );
    await row.first().waitFor();
    if (depth === names.length - 1) return row.first();
    if ((await row.first().getAttribute("aria-expanded")) !== "true") await row.first().click();
  }
  throw new Error("unreachable");
}

export async function contextMenu(page: Page, row: Locator, item: string): Promise<void> {
  await row.click({ button: "right" });
  const entry = menuItem(page, item);
  await entry.waitFor();
  // VS Code ignores a mouse button that goes up right after a menu has opened: it belongs to the click that opened it.
  await page.waitForTimeout(300);
  await entry.click();
  await entry.waitFor({ state: "detached" });
}

/** Selects several files with the control key: a plain click would open a preview, which takes the selection to itself. */
export async function selectRows(page: Page, paths: readonly string[]): Promise<Locator> {
  let last: Locator | undefined;
  for (const path of paths) {
    last = await explorerRow(page, path);
    if ((await last.getAttribute("aria-selected")) !== "true")
      await last.click({ modifiers: ["Control"] });
  }
  if (!last) throw new Error("There is nothing to select.");
  return last;
}

export function menuItem(page: Page, item: string): Locator {
  return page.locator(".monaco-menu .action-item", { hasText: item });
}

/** Runs a command from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await openPalette(page);
  await page.locator(quickInput).fill(`>${title}`);
  await quickPickRow(page, title).click();
}

const quickInput = ".quick-input-widget input.input";

/** A key press gets lost while the focus moves from one editor to another. */
export async function openPalette(page: Page): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await page.keyboard.press("F1");
    const open = await page
      .locator(quickInput)
      .waitFor({ timeout: 1000 })
      .then(
        () => true,
        () => false,
      );
    if (open) return;
  }
  throw new Error("The command palette does not open.");
}

export function quickPickRow(page: Page, text: string): Locator {
  return page.locator(".quick-input-widget .monaco-list-row", { hasText: text }).first();
}

export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-list-item", { hasText: text }).first();
}

export function statusItem(page: Page): Locator {
  return page.locator('.statusbar-item[aria-label^="Sightline"]').first();
}

/** Changes the colour theme as a person does. */
export async function setTheme(page: Page, name: string): Promise<void> {
  await runCommand(page, "Preferences: Color Theme");
  const input = page.locator(".quick-input-widget input.input");
  await input.fill(name);
  await quickPickRow(page, name).click();
  await page.waitForTimeout(500);
}

/** Answers VS Code's simple file dialog with a folder that exists. */
export async function chooseFolder(page: Page, folder: string, confirm: string): Promise<void> {
  const input = page.locator(quickInput);
  // The dialog first fills in where it starts, and lists what is there: what is typed before is lost.
  await expect.poll(() => input.inputValue()).toMatch(/\/$/);
  await page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
  await expect
    .poll(async () => {
      if ((await input.inputValue()) === folder) return true;
      await input.fill(folder);
      return false;
    })
    .toBe(true);
  const button = page.locator(".quick-input-action", { hasText: confirm });
  for (let attempt = 0; attempt < 20 && (await button.isVisible()); attempt++) {
    await button.click();
    await page.waitForTimeout(500);
  }
}
