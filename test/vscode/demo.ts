import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./package.mjs";

const demo = join(root, "media", "demo");

/** The demo workspace without the program that made it, for `openEditor`. */
export const demoFiles: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(demo)
    .filter((name) => name !== "make")
    .map((name) => [name, join(demo, name)]),
);

/** The first `count` pictures of the demo workspace, as paths in it. */
export function demoImages(count: number): string[] {
  const names = readdirSync(demo, { recursive: true, encoding: "utf8" });
  const pictures = names.filter((name) => name.endsWith(".png") && !/^make|mask/.test(name));
  return pictures.sort().slice(0, count);
}
