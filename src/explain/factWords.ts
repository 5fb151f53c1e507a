import type { AttributionMap } from "./api";
import { number } from "./number";

/** Facts that mean nothing alone, each with the one that it is a part of. */
const wholes: Readonly<Record<string, string>> = {
  "Completeness gap": "Score above the baseline's",
};

/** The numbers about a map in words: “Completeness gap”, “0.37 of 24.1 (1.5 %)”; what is no number is left out. */
export function factWords({
  facts = {},
}: Pick<AttributionMap, "facts">): readonly (readonly [title: string, words: string])[] {
  const joined = Object.keys(facts).map((title) => wholes[title]);
  return Object.entries(facts)
    .filter(([title, value]) => !joined.includes(title) && Number.isFinite(value))
    .map(([title, value]) => [title, wordsOf(value, facts[wholes[title] ?? ""])]);
}

function wordsOf(value: number, whole: number | undefined): string {
  if (whole === undefined || !Number.isFinite(whole)) return number(value);
  const share = (100 * Math.abs(value)) / Math.abs(whole);
  const percent = Number.isFinite(share) ? ` (${number(Number(share.toPrecision(2)))} %)` : "";
  return `${number(value)} of ${number(whole)}${percent}`;
}
