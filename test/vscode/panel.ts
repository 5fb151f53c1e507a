import type { Frame, Locator, Page } from "playwright-core";
import type { Point } from "../../src/explain/picture/geometry";
import { overflowOf } from "./overflow";
import { quickPickRow } from "./workbench";

/** The Explain panel as a person sees it, from the outside: what is drawn, written and can be pressed. */
export class Panel {
  private constructor(
    readonly page: Page,
    readonly frame: Frame,
  ) {}

  /** The panel that is visible; waits until there is one. */
  static async find(page: Page, timeout = 30_000): Promise<Panel> {
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      for (const frame of page.frames()) {
        const element = await frame.$("sightline-explain").catch(() => undefined);
        if (await element?.isVisible().catch(() => false)) return new Panel(page, frame);
      }
      await page.waitForTimeout(50);
    }
    throw new Error("The Explain panel did not open.");
  }

  /** Waits until a map is drawn, described, and nothing runs any more. An error that stays fails at once. */
  async untilExplained(timeout = 60_000): Promise<this> {
    const end = Date.now() + timeout;
    let wrongSince: number | undefined;
    while (Date.now() < end) {
      const { working, drawn, wrong } = await this.condition();
      if (drawn && !working && !wrong) return this;
      wrongSince = wrong && !working ? (wrongSince ?? Date.now()) : undefined;
      if (wrongSince !== undefined && Date.now() - wrongSince > 3000)
        throw new Error(`The panel shows: ${wrong}`);
      await this.page.waitForTimeout(50);
    }
    throw new Error("The panel did not show an explanation in time.");
  }

  /** Waits until something runs. */
  async untilWorking(): Promise<void> {
    await this.frame.locator(".working").waitFor();
  }

  private async condition() {
    const texts = async (selector: string) =>
      (await this.frame.locator(selector).allInnerTexts()).join(" ").trim();
    return {
      working: (await this.frame.locator(".working").count()) > 0,
      drawn:
        (await this.frame.locator("sightline-stage canvas.heat").count()) > 0 &&
        (await texts(".caption")) !== "",
      wrong: await texts("sightline-notice p"),
    };
  }

  /** The listed classes, best first; `chosen` is the one whose map is drawn. */
  async classes(): Promise<{ name: string; probability: string; chosen: boolean }[]> {
    const rows = this.frame.locator("sightline-predictions .rows:not(.skeleton) .choice");
    await rows.first().locator(".number").waitFor();
    return rows.evaluateAll((labels) =>
      labels.map((label) => ({
        name: label.querySelector(".name")!.textContent!,
        probability: label.querySelector(".number")!.textContent!,
        chosen: label.querySelector("input")!.checked,
      })),
    );
  }

  async chooseModel(name: string): Promise<void> {
    await this.frame.locator("header .model vscode-button").click();
    await quickPickRow(this.page, name).click();
  }

  async chooseClass(name: string): Promise<void> {
    await this.frame.locator("sightline-predictions .rows .choice", { hasText: name }).click();
  }

  async chooseImage(name: string): Promise<void> {
    await this.frame.locator(`sightline-strip .choice[title$="${name}"]`).click();
  }

  /** Picks from a drop-down by its label's beginning. */
  async pick(dropdown: string, option: string): Promise<void> {
    if (["Layer", "Method", "Join with layer"].includes(dropdown))
      return this.pickListed(dropdown, option);
    const control = this.frame.locator(`sightline-dropdown[label^="${dropdown}"]`);
    await control.locator("vscode-dropdown").click();
    await control.locator(`vscode-option[title^="${option}"]`).click();
  }

  /** Opens a list of layers or methods, searches, and takes the first entry that is called so, or begins so. */
  private async pickListed(label: string, name: string): Promise<void> {
    const picker = this.frame.locator(`sightline-picker[label="${label}"]`);
    await picker.locator("button.field").click();
    await this.page.keyboard.type(name);
    const rows = picker.locator('[role="option"]');
    const exact = rows.filter({ has: this.frame.locator(`.middle-cut[title="${name}"]`) });
    const row =
      (await exact.count()) > 0 ? exact : picker.locator(`[role="option"][title^="${name}"]`);
    await row.first().click();
  }

  async openList(label: "Layer" | "Method"): Promise<void> {
    await this.frame.locator(`sightline-picker[label="${label}"] button.field`).click();
  }

  /** The entries of the open list of methods, and its headings. */
  async methods(): Promise<{ names: string[]; groups: string[]; refused: string[] }> {
    const list = this.frame.locator('sightline-picker[label="Method"]');
    const texts = (selector: string) => list.locator(selector).allTextContents();
    return {
      names: await texts('[role="option"] .middle-cut'),
      groups: await texts(".heading b"),
      refused: await texts('[role="option"][aria-disabled="true"] .middle-cut'),
    };
  }

  /** The maps beside each other. */
  tiles(): Promise<{ name: string; active: boolean }[]> {
    return this.frame.locator("sightline-tiles input").evaluateAll((inputs) =>
      (inputs as HTMLInputElement[]).map((input) => ({
        name: input.ariaLabel!,
        active: input.checked,
      })),
    );
  }

  /** Types into a parameter's field and leaves it. */
  async fill(field: string, text: string): Promise<void> {
    const input = this.frame.locator(`sightline-field[label="${field}"] input`);
    await input.fill(text);
    await input.press("Enter");
  }

  /** Presses a check box. */
  async check(label: string): Promise<void> {
    await this.frame.locator("vscode-checkbox", { hasText: label }).click();
  }

  async openMore(): Promise<void> {
    const more = this.frame.locator("sightline-map-controls details.more");
    if ((await more.getAttribute("open")) === null) await more.locator("summary").first().click();
  }

  /** What stands for the drawn pixels of the active map: equal texts, equal drawings. */
  async drawing(): Promise<string> {
    return this.heat.evaluate(async (element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let hash = 0;
      for (let i = 0; i < data.length; i++) hash = (Math.imul(hash, 31) + data[i]!) | 0;
      return String(hash);
    });
  }

  /** The share of the pixels on which anything is drawn. */
  async paintedShare(): Promise<number> {
    return this.heat.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let painted = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) painted++;
      return (4 * painted) / data.length;
    });
  }

  private get heat(): Locator {
    return this.frame.locator(
      ".active sightline-stage canvas.heat, .middle > sightline-stage canvas.heat",
    );
  }

  /** What the panel says of the work that runs; empty when none does. */
  async working(): Promise<string> {
    return (await this.frame.locator(".working").allInnerTexts()).join(" ").replaceAll(/\s+/g, " ");
  }

  get layerField(): Locator {
    return this.frame.locator('sightline-picker[label="Layer"] button.field');
  }

  /** The entries of the open list of layers, and which is marked. */
  async layers(): Promise<{ names: string[]; active: string | undefined }> {
    const rows = this.frame.locator('sightline-picker[label="Layer"] [role="option"]');
    const all = await rows.evaluateAll((elements) =>
      elements.map((element) => ({
        name: element.querySelector(".middle-cut")!.textContent!,
        active: element.classList.contains("active"),
      })),
    );
    return { names: all.map(({ name }) => name), active: all.find(({ active }) => active)?.name };
  }

  /** Presses a radio button, such as “Overlay” in “Show”. */
  async show(what: "Overlay" | "Map" | "Image"): Promise<void> {
    await this.frame.locator(".segments .choice", { hasText: what }).click();
  }

  async press(button: string): Promise<void> {
    await this.button(button).click();
  }

  async caption(): Promise<string> {
    return (await this.frame.locator(".caption").textContent())!.trim();
  }

  /** The sentence of the error that is shown. */
  async error(timeout = 30_000): Promise<string> {
    const sentence = this.frame.locator("sightline-notice p");
    await sentence.first().waitFor({ timeout });
    return (await sentence.first().textContent())!;
  }

  /** Milliseconds from the press of the mouse button (not from the test's wish) to the panel's sentence. */
  async answerTime(button: Locator): Promise<{ sentence: string; milliseconds: number }> {
    const pressed = button.evaluate(
      (element) =>
        new Promise<number>((resolve) => {
          const document = element.ownerDocument;
          const options = { capture: true, once: true };
          document.addEventListener("mousedown", () => resolve(Date.now()), options);
        }),
    );
    await this.page.waitForTimeout(100);
    await button.click();
    const begun = await pressed;
    const sentence = await this.error();
    return { sentence, milliseconds: Date.now() - begun };
  }

  /** The accessible name of what has the focus; `undefined` when that is not in the page. */
  async focusedName(): Promise<string | undefined> {
    return this.frame.evaluate(() => {
      let element = document.activeElement;
      if (element === document.body) return undefined;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const host = (element?.getRootNode() as ShadowRoot | undefined)?.host;
      const named = element?.ariaLabel || host?.ariaLabel || "";
      const label = element?.closest("label");
      const text = label?.querySelector(".name") ?? label ?? element;
      return named || text?.textContent?.trim() || "";
    });
  }

  button(label: string): Locator {
    return this.frame.locator(`vscode-button[aria-label="${label}"]`).first();
  }

  text(selector: string): Promise<string> {
    return this.frame.locator(selector).evaluate((element) => {
      const text = element.shadowRoot ? element.shadowRoot.textContent : element.textContent;
      return text!.replaceAll(/\s+/g, " ").trim();
    });
  }

  /**
   * The hottest drawn pixel, read back from the canvas, as a place in the image from 0 to 1: with the default colour map opacity is
   * in proportion to the evidence. The middle of all that are equally hot.
   */
  async hottest(): Promise<Point> {
    return this.frame.locator("sightline-stage canvas.heat").evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
      let best = 0;
      for (let i = 3; i < data.length; i += 4) best = Math.max(best, data[i]!);
      let [x, y, count] = [0, 0, 0];
      for (let i = 0; i < width * height; i++) {
        if (data[4 * i + 3] !== best) continue;
        x += (i % width) + 0.5;
        y += Math.floor(i / width) + 0.5;
        count++;
      }
      return { x: x / count / width, y: y / count / height };
    });
  }

  /** Milliseconds from the click on an image of the strip until its map is drawn, measured in the page. */
  async clickToMap(name: string): Promise<number> {
    return this.frame.evaluate(async (ending) => {
      const root = document.querySelector("sightline-explain")!.shadowRoot!;
      const strip = root.querySelector("sightline-strip")!.shadowRoot!;
      const input = strip.querySelector<HTMLInputElement>(`[title$="${ending}"] input`)!;
      const caption = () => root.querySelector(".caption")!.textContent!.trim();
      const frame = () => new Promise(requestAnimationFrame);
      const begun = performance.now();
      input.click();
      while (caption() !== "") await frame();
      while (caption() === "") await frame();
      return performance.now() - begun;
    }, name);
  }

  /** The contrast of texts with what they stand on, as WCAG defines it. */
  async contrasts(): Promise<Record<string, number>> {
    const texts = [
      "header .image",
      ".caption",
      ".badge.warning",
      "h2",
      "sightline-predictions .name",
      "sightline-predictions .number",
      "sightline-map-controls .grid > span",
      "sightline-map-controls .segments .choice:has(:checked)",
      "sightline-map-controls .segments .choice:not(:has(:checked))",
      "sightline-seen dd",
      "sightline-facts dd",
      "sightline-facts .quiet",
      "sightline-trust .quiet",
      "sightline-strip .choice:has(:checked) .line",
    ];
    const entries = texts.map(async (selector) => {
      const contrast = await this.frame.locator(selector).first().evaluate(contrastOf);
      return [selector, Number(contrast.toFixed(2))] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** See {@link overflowOf}. */
  overflow(width: number): Promise<string[]> {
    return overflowOf(this.frame, width);
  }

  /** The ring round the hottest spot, in pixels of the original image. */
  async ring(): Promise<Point> {
    const circle = this.frame.locator("sightline-stage circle.over");
    const [x, y] = await Promise.all([circle.getAttribute("cx"), circle.getAttribute("cy")]);
    return { x: Number(x), y: Number(y) };
  }
}

/** Runs in the page. */
function contrastOf(element: Element): number {
  const parse = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
  const grounds: number[][] = [];
  for (let at: Element | null = element; at;) {
    const ground = parse(getComputedStyle(at).backgroundColor);
    if ((ground[3] ?? 1) > 0) grounds.unshift(ground);
    at = at.parentElement ?? ((at.getRootNode() as ShadowRoot).host as Element | undefined) ?? null;
  }
  const lay = (under: number[], [r, g, b, alpha = 1]: number[]) =>
    [r!, g!, b!].map((value, i) => value * alpha + under[i]! * (1 - alpha));
  const ground = grounds.reduce(lay, [255, 255, 255]);
  const text = lay(ground, parse(getComputedStyle(element).color));
  const luminance = (colour: number[]) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [low, high] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}
