import type { Frame, Locator, Page } from "playwright-core";

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
  await menuItem(page, item).click();
}

export function menuItem(page: Page, item: string): Locator {
  return page.locator(".monaco-menu .action-item", { hasText: item });
}

/** Runs a command from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input.input");
  await input.waitFor();
  await input.fill(`>${title}`);
  await quickPickRow(page, title).click();
}

export function quickPickRow(page: Page, text: string): Locator {
  return page.locator(".quick-input-widget .monaco-list-row", { hasText: text }).first();
}

export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-list-item", { hasText: text }).first();
}

export function statusItem(page: Page): Locator {
  return page
    .locator(
      '.statusbar-item[id="sightline.sightline.sightline"], .statusbar-item[aria-label^="Sightline"]',
    )
    .first();
}

/** The page inside the Explain panel that is visible. */
export async function explainPage(page: Page, timeout = 30_000): Promise<Frame> {
  const end = Date.now() + timeout;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      const found = await frame.$("sightline-explain").catch(() => undefined);
      if (found && (await found.isVisible().catch(() => false))) return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error("The Explain panel did not open.");
}

/** Waits until the panel shows a map, and nothing runs any more. */
export async function untilExplained(frame: Frame): Promise<void> {
  await frame.locator("sightline-stage canvas.heat").waitFor();
  await frame.locator("sightline-explain .progress").waitFor({ state: "detached" });
}

/** The classes that the panel lists, as they are read. */
export async function listedClasses(
  frame: Frame,
): Promise<{ name: string; probability: string }[]> {
  const rows = frame.locator("sightline-predictions .choice");
  await rows.first().locator(".number").waitFor();
  return rows.evaluateAll((labels) =>
    labels.map((label) => ({
      name: label.querySelector(".name")?.textContent ?? "",
      probability: label.querySelector(".number")?.textContent ?? "",
    })),
  );
}
