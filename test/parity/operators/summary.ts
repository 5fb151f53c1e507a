import type { Case } from "./case";
import type { Outcome } from "./check";
import { outOfScope } from "./scope";

export type Results = readonly (readonly [Case, Outcome])[];

/** What is printed: every failure in one line, the numbers, what was left out and why. */
export function summary(cases: readonly Case[], results: Results): string {
  const total = results.length;
  const passing = (way: "evaluated" | "compiled" | "alone" | "gradient") =>
    results.filter(([, outcome]) => outcome[way] === "").length;
  const slopes = results.filter(([, { gradient }]) => gradient !== undefined).length;
  const lacking = results.filter(([, { compiled, alone }]) => compiled && alone).length;
  const foreign = results.filter(([, { alone }]) => alone).map(([{ operator }]) => operator);
  return [
    ...results.flatMap(failures),
    "",
    `cases in scope: ${total} of ${cases.length}`,
    `  eval passes ${passing("evaluated")}/${total}`,
    `  the onnxruntime runtime passes ${passing("compiled")}/${total}; of the others, onnxruntime itself fails at ${lacking}`,
    `  the gradient is built, and the same by both, in ${passing("gradient")}/${slopes}`,
    `  onnxruntime without Sightline passes ${passing("alone")}/${total}; it fails at:`,
    ...count(foreign).map(([operator, times]) => `    ${times} × ${operator}`),
    "out of scope:",
    ...count(cases.flatMap((item) => outOfScope(item) ?? [])).map(
      ([reason, times]) => `  ${times} × ${reason}`,
    ),
  ].join("\n");
}

function failures([{ name }, outcome]: Results[number]): string[] {
  const { evaluated, compiled, gradient = "", alone } = outcome;
  const both = evaluated !== "" && evaluated === compiled;
  const ways = {
    ...(both
      ? { "eval, onnxruntime": evaluated }
      : { eval: evaluated, [alone ? "onnxruntime, which lacks it" : "onnxruntime"]: compiled }),
    gradient,
  };
  return Object.entries(ways).flatMap(([way, wrong]) =>
    wrong ? [`${name} [${way}] ${short(wrong)}`] : [],
  );
}

/** Each word with how often it comes, in alphabetical order. */
export function count(words: readonly string[]): [word: string, times: number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort();
}

/** A message without what it says of files and sources, and without the remedy, which is always the same here. */
export function short(message: string): string {
  return message
    .replace(/^\S+\.onnx: /, "")
    .replace(/; export the model .*$/, "")
    .replace(/\S*onnxruntime_src\S+ /, "")
    .slice(0, 160);
}
