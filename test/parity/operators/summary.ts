import { count, excluded, failuresOf, numbersOf, type Findings } from "./results";

/** What is printed: every failure in one line, the numbers, what was left out and why. */
export function summary({ cases, results, older }: Findings): string {
  const own = numbersOf(results);
  const past = numbersOf(older);
  const foreign = results.filter(([, { alone }]) => alone).map(([{ operator }]) => operator);
  const list = (counts: [string, number][]) =>
    counts.map(([word, times]) => `  ${times} × ${word}`);
  return [
    ...[...results, ...older]
      .flatMap(failuresOf)
      .map((row) => `${row.name} [${row.way}] ${row.why}`),
    "",
    "onnxruntime without Sightline fails at:",
    ...list(count(foreign)),
    "out of scope:",
    ...list(excluded(cases)),
    `cases in scope: ${own.total} of ${cases.length}`,
    `  eval passes ${own.evaluated}/${own.total}`,
    `  the onnxruntime runtime passes ${own.compiled}/${own.total}; of the others, onnxruntime itself fails at ${own.lacking}`,
    `  the gradient and its gradient are the same by both, and those of finite differences, in ${own.gradient}/${own.slopes}`,
    `  onnxruntime without Sightline passes ${own.alone}/${own.total}`,
    `in older forms of the operators: eval passes ${past.evaluated}/${past.total}, the onnxruntime runtime ${past.compiled}/${past.total}`,
  ].join("\n");
}
