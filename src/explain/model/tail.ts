import { inlineTensor, type Graph, type Node } from "../graph/graph";
import { activationOf, activationOperators, apart, type Makers } from "./activationForm";
import type { ClassScore } from "./model";

/** An activation behind the class scores, and the value before it. */
export interface Tail {
  readonly kind: Exclude<ClassScore["tail"], "none">;
  readonly logit: string;
}

/** Operators that only move or rename numbers: stepped over on the way from an output back to the logit. */
export const passThrough: ReadonlySet<string> = new Set([
  "Identity",
  "Reshape",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "Cast",
  "Dropout",
  "Transpose",
  "QuantizeLinear",
  "DequantizeLinear",
]);

/** Follows operators that only move numbers back to the value they got. */
export function stepOver(value: string, makers: Makers): string {
  let current = value;
  for (
    let maker = makers.get(current);
    maker && passThrough.has(maker.op);
    maker = makers.get(current)
  ) {
    current = maker.inputs[0]!;
  }
  return current;
}

/** A tail, and the numbers that stand for the probabilities of 1 % and 99 % behind what was stepped over. */
interface Found extends Tail {
  readonly kind: Exclude<Tail["kind"], "inside">;
  readonly span: readonly number[];
}

interface Search {
  readonly graph: Graph;
  readonly makers: Makers;
  readonly classes: number;
  /** How many more operators may lie between the output and an activation. */
  readonly left: number;
}

/** Tails are short; what is longer is the network itself. */
const longest = 100;

/** How to step over an operator behind an activation, or over the activation itself. */
type Step = (search: Search, node: Node) => Found | undefined;

/**
 * The softmax, log-softmax or sigmoid that makes `output`, whole or taken apart, behind operators that move the numbers, count them in other
 * units (percent), round them or keep them away from 0 and 1; `undefined` = the output holds no probabilities.
 *
 * What cannot be stepped behind, since no value before it has the order of the output's numbers or the same probabilities, is `inside` the
 * score, which is then the output itself: HardSigmoid, 1 − softmax, the mean of several softmaxes, a part of the classes.
 *
 * @param classes K; a softmax over another axis is none of the classes'.
 */
export function findTail(
  graph: Graph,
  makers: Makers,
  output: string,
  classes: number,
): Tail | undefined {
  const search = { graph, makers, classes, left: longest };
  const tail = tailOf(search, output);
  if (tail && isProbability(tail.span)) return { kind: tail.kind, logit: tail.logit };
  return isMixed(search, output) ? { kind: "inside", logit: output } : undefined;
}

/**
 * Whether numbers of that span are probabilities or their logarithms in some unit: from 0 or from minus the most that they can be, to 1, 100 or the like. What is
 * mixed with a constant (0.98 · p + 0.01) is another probability.
 */
function isProbability([low, high]: readonly number[]): boolean {
  if (!(low! < high!)) return false;
  if (Math.abs(Math.exp(low!) - 0.01) < 1e-3) return true;
  const unit = (high! - low!) / 0.98;
  const least = low! - 0.01 * unit;
  const most = least + unit;
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-4 * unit;
  return (near(least, 0) || near(least, -most)) && (near(most, 1) || most > 2);
}

function tailOf(search: Search, value: string): Found | undefined {
  const node = search.makers.get(stepOver(value, search.makers));
  if (!node || search.left === 0) return undefined;
  const found = activationOf(search.graph, search.makers, node, search.classes);
  if (!found) return steps[node.op]?.({ ...search, left: search.left - 1 }, node);
  const span = [0.01, 0.99];
  return { ...found, span: found.kind === "logSoftmax" ? span.map(Math.log) : span };
}

/** The one operand that is no number may be a probability. */
const withNumber =
  (apply: (a: number, b: number) => number): Step =>
  (search, { inputs }) => {
    const [a, b] = inputs.map((value) => numberOf(search, value));
    if ((a === undefined) === (b === undefined)) return undefined;
    const tail = tailOf(search, inputs[a === undefined ? 0 : 1]!);
    return tail && { ...tail, span: tail.span.map((p) => apply(a ?? p, b ?? p)) };
  };

const steps: Readonly<Record<string, Step>> = {
  Add: withNumber((a, b) => a + b),
  Sub: withNumber((a, b) => a - b),
  Mul: withNumber((a, b) => a * b),
  Div: withNumber((a, b) => a / b),
  Neg: (search, { inputs }) => {
    const tail = tailOf(search, inputs[0]!);
    return tail && { ...tail, span: tail.span.map((p) => -p) };
  },
  Round: (search, { inputs }) => tailOf(search, inputs[0]!),
  Clip: (search, { inputs: [x, low = "", high = ""] }) => {
    const tail = tailOf(search, x!);
    const least = low ? numberOf(search, low) : -Infinity;
    const most = high ? numberOf(search, high) : Infinity;
    if (!tail || least === undefined || most === undefined) return undefined;
    return tail.span.every((p) => least <= p && p <= most) ? tail : undefined;
  },
  Exp: (search, { inputs }) => {
    const tail = tailOf(search, inputs[0]!);
    if (tail?.kind !== "logSoftmax") return undefined;
    return { ...tail, kind: "softmax", span: tail.span.map(Math.exp) };
  },
  Log: (search, { inputs }) => {
    const tail = tailOf(search, inputs[0]!);
    if (!tail || tail.kind === "logSoftmax") return undefined;
    const kind = tail.kind === "softmax" ? "logSoftmax" : tail.kind;
    return { ...tail, kind, span: tail.span.map(Math.log) };
  },
};

/** Operators that make probabilities of probabilities, or the like, but have no logit in front. */
const mixing: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Neg", "Pow", "Sqrt", "Clip", "Log", "Max", "Min"],
  ...["Concat", "Gather", "Slice", "Split"],
  ...["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "GlobalAveragePool", "GlobalMaxPool"],
]);

/** Whether everything that `output` is made of went through an activation. */
function isMixed(search: Search, output: string): boolean {
  const seen = new Set([output]);
  for (const value of seen) {
    const node = search.makers.get(stepOver(value, search.makers));
    if (!node) return false;
    if (bounded.has(node.op) || apart(search.graph, search.makers, node)) continue;
    const parts = node.inputs.filter((input) => input && !isParameter(search, input));
    if (!mixing.has(node.op) || parts.length === 0) return false;
    for (const part of parts) seen.add(part);
  }
  return true;
}

const bounded: ReadonlySet<string> = new Set([...Object.keys(activationOperators), "HardSigmoid"]);

function isParameter({ graph, makers }: Search, value: string): boolean {
  return graph.parameters.has(stepOver(value, makers));
}

/** The number that all elements of a constant are. */
function numberOf({ graph, makers }: Search, value: string): number | undefined {
  const data = inlineTensor(graph.parameters.get(stepOver(value, makers)))?.data;
  return data?.length && data.every((element) => element === data[0]) ? data[0] : undefined;
}
