import { inlineTensor, type Graph, type Node } from "../graph/graph";
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
export function stepOver(value: string, makers: ReadonlyMap<string, Node>): string {
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

/** A form in which exporters write an activation. */
type Form = (search: Search, node: Node) => Tail | undefined;

interface Search {
  readonly graph: Graph;
  readonly makers: ReadonlyMap<string, Node>;
  readonly classes: number;
}

/**
 * The softmax, log-softmax or sigmoid that makes `output`, whole or taken apart, behind operators that only move numbers or keep them within
 * bounds; `undefined` = the output is no probability.
 *
 * @param classes K; a softmax over another axis is none of the classes'.
 */
export function findTail(
  graph: Graph,
  makers: ReadonlyMap<string, Node>,
  output: string,
  classes: number,
): Tail | undefined {
  return tailOf({ graph, makers, classes }, output);
}

function tailOf(search: Search, value: string): Tail | undefined {
  const node = search.makers.get(stepOver(value, search.makers));
  return node && forms[node.op]?.(search, node);
}

const whole =
  (kind: Tail["kind"]): Form =>
  (search, { inputs: [logit], attributes }) => {
    const { dims } = search.graph.types.get(logit!)!;
    const axis = attributes["axis"] as number | undefined;
    const isOverClasses = axis === undefined || dims.at(axis) === search.classes;
    return isOverClasses ? { kind, logit: logit! } : undefined;
  };

const forms: Readonly<Record<string, Form>> = {
  Softmax: whole("softmax"),
  LogSoftmax: whole("logSoftmax"),
  Sigmoid: whole("sigmoid"),
  HardSigmoid: whole("sigmoid"),
  Clip: (search, { inputs }) => tailOf(search, inputs[0]!),
  Exp: (search, { inputs }) => renamed(tailOf(search, inputs[0]!), "logSoftmax", "softmax"),
  Log: (search, { inputs }) => renamed(tailOf(search, inputs[0]!), "softmax", "logSoftmax"),
  Div: (search, node) => softmax(search, node) ?? sigmoid(search, node),
  Reciprocal: (search, { inputs }) => sigmoidBelow(search, inputs[0]!),
  Sub: logSoftmax,
};

function renamed(tail: Tail | undefined, from: Tail["kind"], to: Tail["kind"]): Tail | undefined {
  return tail?.kind === from ? { ...tail, kind: to } : undefined;
}

/** exp(z) / Σ exp(z) */
function softmax(search: Search, { inputs: [above, below] }: Node): Tail | undefined {
  const sum = search.makers.get(below!);
  const exponential = search.makers.get(above!);
  if (sum?.op !== "ReduceSum" || exponential?.op !== "Exp" || sum.inputs[0] !== above)
    return undefined;
  return { kind: "softmax", logit: unshifted(search, exponential.inputs[0]!) };
}

/** z − log Σ exp(z) */
function logSoftmax(search: Search, { inputs: [z, normalizer] }: Node): Tail | undefined {
  const log = search.makers.get(normalizer!);
  if (log?.op === "ReduceLogSumExp" && log.inputs[0] === z) {
    return { kind: "logSoftmax", logit: unshifted(search, z!) };
  }
  const sum = log?.op === "Log" ? search.makers.get(log.inputs[0]!) : undefined;
  const exponential = sum?.op === "ReduceSum" ? search.makers.get(sum.inputs[0]!) : undefined;
  const isWhole = exponential?.op === "Exp" && exponential.inputs[0] === z;
  return isWhole ? { kind: "logSoftmax", logit: unshifted(search, z!) } : undefined;
}

/** z of z − max z, which keeps the exponentials small. */
function unshifted({ makers }: Search, value: string): string {
  const node = makers.get(value);
  const [z, shift] = node?.inputs ?? [];
  const maximum = makers.get(shift ?? "");
  return node?.op === "Sub" && maximum?.op === "ReduceMax" && maximum.inputs[0] === z ? z! : value;
}

/** 1 / (1 + exp(−z)) */
function sigmoid(search: Search, { inputs: [one, below] }: Node): Tail | undefined {
  return isNumber(search, one!, 1) ? sigmoidBelow(search, below!) : undefined;
}

function sigmoidBelow(search: Search, value: string): Tail | undefined {
  const sum = search.makers.get(value);
  if (sum?.op !== "Add") return undefined;
  const exponential = sum.inputs
    .map((input) => search.makers.get(input))
    .find((node) => node?.op === "Exp");
  const negated = search.makers.get(exponential?.inputs[0] ?? "");
  if (negated?.op !== "Neg" || !sum.inputs.some((input) => isNumber(search, input, 1))) {
    return undefined;
  }
  return { kind: "sigmoid", logit: negated.inputs[0]! };
}

function isNumber({ graph }: Search, value: string, wanted: number): boolean {
  const data = inlineTensor(graph.parameters.get(value))?.data;
  return data?.length === 1 && data[0] === wanted;
}
