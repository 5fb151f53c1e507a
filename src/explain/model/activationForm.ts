import { inlineTensor, type Graph, type Node } from "../graph/graph";

export type Makers = ReadonlyMap<string, Node>;

/** An activation and the value it is applied to. */
export interface Activation {
  readonly kind: "softmax" | "logSoftmax" | "sigmoid";
  readonly logit: string;
}

/** The activation whose last node is `node`, if it is over the classes. */
export function activationOf(
  graph: Graph,
  makers: Makers,
  node: Node,
  classes: number,
): Activation | undefined {
  const found = whole(node) ?? apart(graph, makers, node);
  if (found?.kind === "sigmoid" || !found) return found;
  const { dims } = graph.types.get(found.logit)!;
  const axis = found.axis < 0 ? found.axis + dims.length : found.axis;
  const isBatch = axis === 0 && dims.length > 1;
  return dims[axis] === classes && !isBatch ? found : undefined;
}

/** With the axis of a softmax; 0 stands for a sigmoid, which has none. */
interface Form extends Activation {
  readonly axis: number;
}

/** The operators that are an activation by themselves. */
export const activationOperators: Readonly<Record<string, Activation["kind"]>> = {
  Softmax: "softmax",
  LogSoftmax: "logSoftmax",
  Sigmoid: "sigmoid",
};

function whole({ op, inputs, attributes }: Node): Form | undefined {
  const kind = activationOperators[op];
  return kind && { kind, logit: inputs[0]!, axis: Number(attributes["axis"] ?? 0) };
}

/** An activation that the exporter wrote as several operators, of which `node` is the last. */
export function apart(graph: Graph, makers: Makers, node: Node): Form | undefined {
  return forms[node.op]?.({ graph, makers }, node);
}

interface Search {
  readonly graph: Graph;
  readonly makers: Makers;
}

const forms: Readonly<Record<string, (search: Search, node: Node) => Form | undefined>> = {
  Div: (search, node) => softmax(search, node) ?? sigmoid(search, node),
  Reciprocal: (search, { inputs }) => sigmoidBelow(search, inputs[0]!),
  Sub: logSoftmax,
};

/** exp(z) / Σ exp(z) */
function softmax(search: Search, { inputs: [above, below] }: Node): Form | undefined {
  const sum = search.makers.get(below!);
  const exponential = search.makers.get(above!);
  if (sum?.op !== "ReduceSum" || exponential?.op !== "Exp" || sum.inputs[0] !== above)
    return undefined;
  return normalized(search, "softmax", exponential.inputs[0]!, below!);
}

/** z − log Σ exp(z), where z may be less its maximum, or the logarithm more by it. */
function logSoftmax(search: Search, { inputs: [z, normalizer] }: Node): Form | undefined {
  const { makers } = search;
  const log = makers.get(normalizer!);
  if (log?.op === "Add") {
    const [logarithm] = log.inputs.filter((input) => makers.get(input)?.op === "Log");
    const form = logarithm && logSoftmaxOf(search, logarithm);
    const shift = log.inputs.find((input) => input !== logarithm);
    const isBack = form && form.logit === z && shift === form.shift;
    return isBack ? form : undefined;
  }
  if (log?.op === "ReduceLogSumExp" && log.inputs[0] === z) {
    return normalized(search, "logSoftmax", z!, normalizer!);
  }
  const form = logSoftmaxOf(search, normalizer!);
  return form && (form.exponent === z ? form : undefined);
}

/** log Σ exp(exponent) */
function logSoftmaxOf(search: Search, value: string) {
  const { makers } = search;
  const log = makers.get(value);
  const sum = log?.op === "Log" ? makers.get(log.inputs[0]!) : undefined;
  const exponential = sum?.op === "ReduceSum" ? makers.get(sum.inputs[0]!) : undefined;
  if (exponential?.op !== "Exp") return undefined;
  const exponent = exponential.inputs[0]!;
  const form = normalized(search, "logSoftmax", exponent, value);
  return form && { ...form, exponent, shift: makers.get(exponent)?.inputs[1] };
}

/** A softmax of `exponent`, without the maximum that was taken from it, over the axis that is 1 in `total`. */
function normalized(
  search: Search,
  kind: Activation["kind"],
  exponent: string,
  total: string,
): Form | undefined {
  const axis = reducedAxis(search, exponent, total);
  if (axis === undefined) return undefined;
  const node = search.makers.get(exponent);
  const [z = "", shift = ""] = node?.op === "Sub" ? node.inputs : [];
  const maximum = search.makers.get(shift);
  const isShifted =
    maximum?.op === "ReduceMax" &&
    maximum.inputs[0] === z &&
    reducedAxis(search, z, shift) === axis;
  return { kind, logit: isShifted ? z : exponent, axis };
}

/** The one axis along which `total` summarizes `value`. */
function reducedAxis({ graph }: Search, value: string, total: string): number | undefined {
  const [from, to] = [value, total].map((name) => graph.types.get(name)!.dims);
  const axes = from!.flatMap((dim, axis) => (dim === to![axis] ? [] : [axis]));
  const isOne = from!.length === to!.length && axes.length === 1 && to![axes[0]!] === 1;
  return isOne ? axes[0] : undefined;
}

/** 1 / (1 + exp(−z)) or exp(z) / (1 + exp(z)) */
function sigmoid(search: Search, { inputs: [above, below] }: Node): Form | undefined {
  if (isNumber(search, above!, 1)) return sigmoidBelow(search, below!);
  const isExponential = search.makers.get(above!)?.op === "Exp";
  if (!isExponential || onePlusExp(search, below!) !== above) return undefined;
  return { kind: "sigmoid", logit: search.makers.get(above!)!.inputs[0]!, axis: 0 };
}

function sigmoidBelow(search: Search, value: string): Form | undefined {
  const exponential = search.makers.get(onePlusExp(search, value) ?? "");
  const negated = search.makers.get(exponential?.inputs[0] ?? "");
  if (negated?.op === "Neg") return { kind: "sigmoid", logit: negated.inputs[0]!, axis: 0 };
  if (negated?.op !== "Mul") return undefined;
  const z = negated.inputs.find((_, i) => isNumber(search, negated.inputs[1 - i]!, -1));
  return z === undefined ? undefined : { kind: "sigmoid", logit: z, axis: 0 };
}

/** The exponential in 1 + exp(…). */
function onePlusExp(search: Search, value: string): string | undefined {
  const sum = search.makers.get(value);
  if (sum?.op !== "Add" || !sum.inputs.some((input) => isNumber(search, input, 1)))
    return undefined;
  return sum.inputs.find((input) => search.makers.get(input)?.op === "Exp");
}

function isNumber({ graph }: Search, value: string, wanted: number): boolean {
  const data = inlineTensor(graph.parameters.get(value))?.data;
  return data?.length === 1 && data[0] === wanted;
}
