/**
 * The stem under which each image's results are written: its file name without extension; equal stems take their folder as prefix
 * (`a__1`), further folders until they differ, and at last their extension.
 *
 * @param paths absolute, with `/` or `\` between folders; an image named twice gets the same stem.
 */
export function stems(paths: readonly string[]): Map<string, string> {
  const parts = new Map(
    paths.map((path) => [path, path.split(/[\\/]/).filter((part) => part !== "")]),
  );
  const result = new Map<string, string>();
  for (const [path, own] of parts) {
    let depth = 0;
    let stem = stemOf(own, depth);
    const clashes = () =>
      [...parts].some(([other, theirs]) => other !== path && stemOf(theirs, depth) === stem);
    while (clashes() && depth < own.length - 1) stem = stemOf(own, ++depth);
    result.set(path, clashes() ? `${stem}.${own.at(-1)!.split(".").at(-1)}` : stem);
  }
  return result;
}

function stemOf(parts: readonly string[], folders: number): string {
  const name = parts.at(-1) ?? "";
  const dot = name.lastIndexOf(".");
  return [
    ...parts.slice(Math.max(0, parts.length - 1 - folders), -1),
    dot > 0 ? name.slice(0, dot) : name,
  ].join("__");
}
