/**
 * The stem under which each image's results are written: its file name without extension; equal stems take their folder as prefix
 * (`a__1`), then their extension (`a__1.png`), then further folders until they differ. Stems that differ in case only count as equal,
 * as on the disks of macOS and Windows.
 *
 * @param paths absolute, with `/` or `\` between folders; an image named twice gets the same stem.
 */
export function stems(paths: readonly string[]): Map<string, string> {
  const result = new Map<string, string>();
  const taken = new Set<string>();
  let open = [...new Set(paths)].map((path) => ({ path, parts: partsOf(path) }));
  for (let step = 0; open.length > 0; step++) {
    const named = open.map((item, i) => ({ ...item, stem: candidate(item.parts, step, i) }));
    const count = new Map<string, number>();
    for (const { stem } of named) count.set(fold(stem), (count.get(fold(stem)) ?? 0) + 1);
    const isFree = ({ stem }: { stem: string }) =>
      count.get(fold(stem)) === 1 && !taken.has(fold(stem));
    for (const { path, stem } of named.filter(isFree)) {
      result.set(path, stem);
      taken.add(fold(stem));
    }
    open = named.filter(({ path }) => !result.has(path));
  }
  return result;
}

const fold = (stem: string): string => stem.toLowerCase();

const partsOf = (path: string): string[] => path.split(/[\\/]/).filter((part) => part !== "");

/** The stem, `folder__stem`, `folder__stem.ext`, `folder__folder__stem` …; with all folders used up, numbered. */
function candidate(parts: readonly string[], step: number, ordinal: number): string {
  const name = parts.at(-1) ?? "";
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const folders = Math.ceil(step / 2);
  const before = parts.slice(Math.max(0, parts.length - 1 - folders), -1);
  const number = folders >= parts.length ? [`~${ordinal}`] : [];
  const last = step > 0 && step % 2 === 0 ? name : stem;
  return [...before, last, ...number].join("__");
}
