import type { Case } from "./case";
import type { Outcome } from "./check";
import { outOfScope } from "./scope";

type Outcomes = ReadonlyMap<string, Outcome>;

/** What is printed: the numbers, what was left out and why, and every failure in one line. */
export function summary(cases: readonly Case[], outcomes: Outcomes): string {
  const results = [...outcomes];
  const passing = (way: "evaluated" | "compiled" | "alone" | "gradient") =>
    results.filter(([, outcome]) => outcome[way] === "").length;
  const slopes = results.filter(([, { gradient }]) => gradient !== undefined).length;
  return [
    ...failures(results),
    "",
    `cases in scope: ${results.length} of ${cases.length}`,
    `  eval passes ${passing("evaluated")}/${results.length}`,
    `  onnxruntime passes ${passing("compiled")}/${results.length}`,
    `  onnxruntime without Sightline passes ${passing("alone")}/${results.length}`,
    `  gradient built, and the same by both ${passing("gradient")}/${slopes}`,
    "out of scope:",
    ...count(cases.flatMap((item) => outOfScope(item) ?? [])),
    "onnxruntime itself fails:",
    ...count(cases.flatMap(({ name, operator }) => (outcomes.get(name)?.alone ? operator : []))),
  ].join("\n");
}

function failures(results: readonly (readonly [string, Outcome])[]): string[] {
  return results.flatMap(([name, { evaluated, compiled, gradient = "" }]) => {
    if (evaluated && evaluated === compiled) return [`${name}: ${evaluated}`];
    const ways = { eval: evaluated, onnxruntime: compiled, gradient };
    return Object.entries(ways).flatMap(([way, wrong]) =>
      wrong ? [`${name} [${way}]: ${wrong}`] : [],
    );
  });
}

function count(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort().map(([word, times]) => `  ${times} × ${word}`);
}
