import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./package.mjs";

export const demo = join(root, "media", "demo");

/** The demo workspace without the programs that made it, for `openEditor`. */
export const demoFiles: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(demo)
    .filter((name) => name !== "make")
    .map((name) => [name, join(demo, name)]),
);

/** Its pictures, as paths in the workspace. */
export const demoImages: readonly string[] = readdirSync(join(demo, "images"))
  .sort()
  .map((name) => `images/${name}`);
