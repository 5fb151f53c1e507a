/** What an Einsum says: one label per axis of each operand and of the result. */
export interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/**
 * Reads an Einsum equation for operands of the given ranks. The axes of an ellipsis get the labels …, `.2`, `.1`, counted from its end,
 * since they broadcast. Without an arrow the result has the ellipsis, then every letter that occurs once, in alphabetical order.
 * `undefined` for an equation that does not fit.
 */
export function readEquation(text: string, ranks: readonly number[]): Equation | undefined {
  const [left = "", right] = text.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (terms.length !== ranks.length) return undefined;
  const operands = terms.map((term, i) => labelsOf(term, ranks[i]! - letters(term).length));
  if (operands.some((labels, i) => labels.length !== ranks[i])) return undefined;
  const widest = Math.max(...operands.map((labels) => labels.filter(isEllipsis).length));
  const result = labelsOf(right ?? implied(terms), widest);
  const known = new Set(operands.flat());
  return result.every((label) => known.has(label)) ? { operands, result } : undefined;
}

const ellipsis = "...";

function letters(term: string): string[] {
  return [...term.replace(ellipsis, "")];
}

function isEllipsis(label: string): boolean {
  return label.startsWith(".");
}

function labelsOf(term: string, hidden: number): string[] {
  const [before, after] = term.split(ellipsis) as [string, string?];
  if (after === undefined) return [...before];
  const axes = Array.from({ length: Math.max(0, hidden) }, (_, i) => `.${hidden - i}`);
  return [...before, ...axes, ...after];
}

function implied(terms: readonly string[]): string {
  const all = terms.flatMap(letters);
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter));
  return [
    ...(terms.some((term) => term.includes(ellipsis)) ? [ellipsis] : []),
    ...once.sort(),
  ].join("");
}
