import type { ClassChoice, ClassName, Inspection, Versus } from "../api";
import { SightlineError } from "../error";
import { nearestWord } from "../nearest";
import { usageError } from "./command";

/**
 * The classes that `--class` asks for: `topN` alone, or indices and labels, or a set of those joined by +. Each item is a whole label, or several indices and labels
 * separated by commas. The model is asked only when its labels are needed. Throws `SightlineError`.
 */
export async function classChoice(
  items: readonly string[],
  inspect: () => Promise<Inspection>,
): Promise<ClassChoice> {
  if (items.length === 0) return { top: 1 };
  const words = items.flatMap((item) => item.split(",")).map((word) => word.trim());
  const [top] = words.map(topOf).filter((count) => count !== undefined);
  if (top !== undefined) {
    if (words.length === 1) return { top };
    throw usageError("--class takes either topN or indices and labels, not both.");
  }
  const set = await setOf(items, inspect);
  if (set) return set;
  if (words.every(isIndex)) return { indices: unique(words.map(Number)) };
  const { model, classes } = await inspect();
  const indices = items.flatMap((item) => {
    const whole = classesCalled(item, classes);
    return whole.length === 1
      ? [whole[0]!.index]
      : item.split(",").map((word) => indexOf(word.trim(), model, classes));
  });
  return { indices: unique(indices) };
}

/** A set such as 281+282, which is one item alone; a label may have a + of its own. */
async function setOf(
  items: readonly string[],
  inspect: () => Promise<Inspection>,
): Promise<ClassChoice | undefined> {
  const joined = items.find((item) => item.includes("+"));
  if (joined === undefined) return undefined;
  const parts = joined.split("+").map((part) => part.trim());
  const needsLabels = !parts.every(isIndex);
  const { model, classes } = needsLabels ? await inspect() : { model: "", classes: [] };
  if (classesCalled(joined, classes).length > 0) return undefined;
  if (items.length > 1 || joined.includes(",") || parts.includes(""))
    throw usageError("--class takes one set of classes, such as 281+282, and nothing beside it.");
  return { set: unique(parts.map((part) => indexOf(part, model, classes))) };
}

/** What `--versus` compares with. Throws `SightlineError` for a class that is not there. */
export async function versusChoice(
  given: string | { readonly nearest: number; readonly alpha: number } | undefined,
  inspect: () => Promise<Inspection>,
): Promise<Versus | undefined> {
  if (typeof given !== "string") return given;
  if (isIndex(given)) return { class: Number(given) };
  const { model, classes } = await inspect();
  return { class: indexOf(given, model, classes) };
}

function topOf(word: string): number | undefined {
  const match = /^top([1-9]\d*)$/i.exec(word);
  return match ? Number(match[1]) : undefined;
}

const isIndex = (word: string): boolean => /^\d+$/.test(word);
const unique = (indices: readonly number[]): number[] => [...new Set(indices)];

function indexOf(word: string, model: string, classes: readonly ClassName[]): number {
  if (isIndex(word)) return Number(word);
  const found = classesCalled(word, classes);
  if (found.length === 1) return found[0]!.index;
  throw new SightlineError("input", `${model}: ${problemWith(word, found, classes)}`, {
    file: model,
    class: word,
  });
}

function classesCalled(word: string, classes: readonly ClassName[]): ClassName[] {
  return classes.filter(
    ({ label }) => label !== "" && label.toLowerCase() === word.trim().toLowerCase(),
  );
}

function problemWith(
  word: string,
  found: readonly ClassName[],
  classes: readonly ClassName[],
): string {
  const labels = classes.map(({ label }) => label).filter((label) => label !== "");
  if (found.length > 1) {
    const indices = found.map(({ index }) => index).join(", ");
    return `${found.length} classes are called “${word}” (${indices}); give the index.`;
  }
  if (labels.length === 0)
    return `its classes have no names, so there is no “${word}”; give an index from 0 to ${classes.length - 1}, or topN.`;
  const near = nearestWord(word, labels);
  const within = namesWith(word, labels);
  const meant = within.length > 0 || near === undefined ? within : [near];
  const remedy =
    meant.length > 0
      ? `did you mean ${meant.map((label) => `“${label}”`).join(" or ")}?`
      : "sightline inspect --json lists the classes.";
  return `no class is called “${word}”; ${remedy}`;
}

/** The first labels that have the word among theirs: “tiger cat” for “cat”. */
function namesWith(word: string, labels: readonly string[]): string[] {
  const wanted = word.trim().toLowerCase();
  const has = (label: string) =>
    label
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .includes(wanted);
  return labels.filter(has).slice(0, 4);
}
