import { count, excluded, failuresOf, numbersOf, type Findings } from "./results";

/** What is printed: every failure in one line, the numbers, what was left out and why. */
export function summary({ cases, results, restated }: Findings): string {
  const own = numbersOf(results);
  const other = numbersOf(restated);
  const foreign = results.filter(([, { alone }]) => alone).map(([{ operator }]) => operator);
  const list = (counts: [string, number][]) =>
    counts.map(([word, times]) => `  ${times} × ${word}`);
  return [
    ...[...results, ...restated]
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
    `in other forms of the operators: eval passes ${other.evaluated}/${other.total}, the onnxruntime runtime ${other.compiled}/${other.total}`,
  ].join("\n");
}
