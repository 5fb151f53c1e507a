import type { PanelChoice } from "../wire/viewApi";

/** What a panel shows, as one line for a terminal. */
export function commandLine(
  choice: PanelChoice,
  classIndex: number | undefined,
  platform: NodeJS.Platform,
): string {
  const quote = platform === "win32" ? quoteForWindows : quoteForPosix;
  const option = (name: string, value: string | undefined, byDefault?: string) =>
    value === undefined || value === byDefault ? [] : [name, quote(value)];
  return [
    "sightline explain",
    ...option("--model", choice.model),
    ...option("--output", choice.output),
    ...option("--method", choice.method),
    ...option("--layer", choice.layer, "auto"),
    ...option("--class", classIndex === undefined ? undefined : String(classIndex)),
    ...option("--score", choice.score, "logit"),
    quote(choice.image),
  ].join(" ");
}

function quoteForPosix(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteForWindows(text: string): string {
  return /^[\w@+=:,.\\/-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
