import { isAttention, isProductOfTwo, products, type Values } from "./attention";
import { consumers, inlineTensor, type Graph, type Node } from "../graph/graph";
import type { Layer } from "./model";
import { passThrough } from "./tail";

export type SpatialValue = Omit<Layer, "default">;

/** Operators that make a map smaller without features of their own. */
const pooling = new Set([
  "MaxPool",
  "AveragePool",
  "LpPool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "ReduceMax",
]);
/** Operators that pass every number of a map on, at most in another order. */
export const neutral: ReadonlySet<string> = new Set([...passThrough, "DynamicQuantizeLinear"]);
/** Operators that take some of a value's elements. */
const taking = new Set(["Slice", "Split", "Gather"]);
/** Operators that make an activation of each number: what they make is a map of its own. */
const activations = new Set([
  ...[
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Elu",
    "Selu",
    "Celu",
    "ThresholdedRelu",
    "Clip",
    "Gelu",
    "Erf",
  ],
  ...["Sigmoid", "HardSigmoid", "HardSwish", "Mish", "Softplus", "Softsign", "Tanh"],
]);

const lastMap = "The last spatial map before the classifier";

/** Where a search from the logit back first comes upon places. */
interface Find {
  readonly value: string;
  /** The node on the way that reads it. */
  readonly reader: Node | undefined;
}

/**
 * The layer that is read unless the user says otherwise, and why.
 *
 * In convolutional nets and where tokens are pooled: the last spatial map before pooling, that is from the logit back to the first value with places
 * that the score depends on, then back over pooling. Where a class token or a learned query reads the grid by attention: what the keys and values
 * of the last attention are made of, as a rule the normalization before it.
 *
 * @param search which values there are, and which of them can be offered.
 */
export function findDefaultLayer(
  search: Search,
  logit: string,
): { name: string; reason: string } | undefined {
  const { spatial } = search;
  const order = new Map([...spatial.keys()].map((name, i) => [name, i]));
  const last = (names: readonly string[]) =>
    names.toSorted((x, y) => order.get(y)! - order.get(x)!)[0]!;
  const pooled = frontierOf(search, logit, true).map(({ value }) => value);
  if (pooled.length > 0) {
    const maps = pooled.filter((value) => !isSoftmax(search, value));
    const from = last(maps.length > 0 ? maps : pooled);
    const { name, crossed } = beforePooling(search, from);
    const reader = crossed || readerOf(search, from);
    return lastFollowed(search, name) ?? chosen(search, name, lastMap, reader);
  }
  const all = frontierOf(search, logit, false);
  if (all.length === 0) return undefined;
  const attended = all.filter(({ reader }) => reader && isProductOfTwo(search, reader));
  const sources =
    attended.length > 0
      ? attended.map(({ value }) => sourceOf(search, value))
      : all.map(({ value }) => value);
  const name = last(sources);
  const reader = attended.length > 0 ? "the last attention" : readerOf(search, name);
  const lost = attended.length > 0 ? undefined : lastFollowed(search, name);
  if (lost) return lost;
  return chosen(search, name, "The last map whose places the score depends on", reader);
}

/** The layer with the reason, where maps behind it could not be followed. */
function lastFollowed({ spatial, shownAs, lostBehind }: Search, value: string) {
  const name = shownAs(value)!;
  const lost = lostBehind(name);
  if (lost === undefined) return undefined;
  const reason =
    `The last spatial map that can be followed: ${describe(spatial.get(name)!)}. ` +
    `Behind it rows and columns are lost ${lost}, so that later maps are not offered.`;
  return { name, reason };
}

function chosen({ spatial, shownAs }: Search, value: string, what: string, reader: string) {
  const name = shownAs(value)!;
  return { name, reason: `${what}: ${describe(spatial.get(name)!)}, read by ${reader}.` };
}

/** The first operator behind a value that makes something else of its numbers. */
function readerOf({ graph, onPath }: Search, value: string): string {
  const readers = consumers(graph);
  const after = (name: string) =>
    readers.get(name)?.find(({ outputs }) => outputs.some((output) => onPath.has(output)));
  let reader = after(value);
  while (reader && neutral.has(reader.op)) reader = after(reader.outputs[0]!);
  return reader?.op ?? "the output";
}

/** What the search for the default layer knows. */
export interface Search extends Values {
  readonly graph: Graph;
  /** Every value with places, named by the file or not. */
  readonly spatial: ReadonlyMap<string, SpatialValue>;
  /** Under which name a value with places is offered; `undefined` = under none. */
  shownAs(value: string): string | undefined;
  /** Where behind a value rows and columns are lost, in words. */
  lostBehind(value: string): string | undefined;
}

const describe = ({ op, channels, height, width }: SpatialValue): string =>
  `${channels} channels of ${height}×${width}, made by ${op}`;

/**
 * From the logit back to the first values whose places the score depends on.
 *
 * @param directly neither through attention nor through maps of which only tokens without a place count.
 */
function frontierOf(search: Search, logit: string, directly: boolean): Find[] {
  const { onPath, spatial, makers, shownAs } = search;
  const found: Find[] = [];
  const visited = new Set<string>();
  const open: Find[] = [{ value: logit, reader: undefined }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, reader } = next;
    if (visited.has(value) || !onPath.has(value)) continue;
    if (directly && (isAttention(search, reader) || spatial.get(value)?.reached === false))
      continue;
    visited.add(value);
    const maker = makers.get(value);
    if (spatial.get(value)?.reached && shownAs(value) !== undefined) found.push(next);
    else maker?.inputs.forEach((input) => open.push({ value: input, reader: maker }));
  }
  return found;
}

/** Whether a softmax made the value: weights of clusters or places, no features. */
function isSoftmax({ makers }: Search, value: string): boolean {
  let maker = makers.get(value);
  while (maker && neutral.has(maker.op)) maker = makers.get(maker.inputs[0]!);
  return maker?.op === "Softmax";
}

/**
 * What the linear layer read that a key, a value or attention comes from; the value itself where several have a part in it. Positions that are
 * rotated into keys lead back to one on two ways.
 */
function sourceOf(search: Search, value: string): string {
  const { makers, spatial } = search;
  const sources = new Set<string>();
  const visited = new Set<string>();
  const open = [value];
  for (let next = open.pop(); next !== undefined && sources.size < 2; next = open.pop()) {
    if (visited.has(next)) continue;
    visited.add(next);
    const maker = makers.get(next);
    const reached = maker?.inputs.filter((input) => spatial.get(input)?.reached) ?? [];
    if (!maker || reached.length === 0 || activations.has(maker.op)) sources.add(next);
    else if (isLinear(search, maker)) sources.add(unmoved(search, reached[0]!));
    else open.push(...reached);
  }
  const [only] = sources;
  return sources.size === 1 ? only! : value;
}

/** Back over what only moves numbers, to what made them. */
function unmoved({ makers, spatial }: Search, value: string): string {
  let current = value;
  for (;;) {
    const maker = makers.get(current);
    const before = maker?.inputs[0] ?? "";
    if (!maker || !neutral.has(maker.op) || !spatial.get(before)?.reached) return current;
    current = before;
  }
}

/** Whether the node multiplies with weights; a learned query has a batch and heads, which weights have not. */
function isLinear({ graph, onPath }: Search, { op, inputs, attributes }: Node): boolean {
  // A convolution of each channel by itself pools keys and values that are made already.
  if (op === "Conv") return attributes["group"] === 1;
  if (op === "Gemm") return true;
  const others = inputs.filter((input) => !onPath.has(input));
  return products.has(op) && others.some((input) => graph.types.get(input)!.dims.length <= 2);
}

/** The rounding of quantized values: stepped over to reach pooling, but the map is what was rounded, where an activation is often the clipping. */
const rounding = new Set(["QuantizeLinear", "DequantizeLinear"]);

/** Back over pooling and over what only moves numbers. */
function beforePooling(search: Search, from: string): { name: string; crossed: string } {
  const { makers, spatial } = search;
  let name = from;
  let map = from;
  let crossed = "";
  for (;;) {
    const maker = makers.get(name);
    const before = spatial.get(maker?.inputs[0] ?? "");
    if (!maker || !before?.reached) break;
    const after = spatial.get(name)!;
    const isSame = before.height === after.height && before.width === after.width;
    const moves = neutral.has(maker.op) || (taking.has(maker.op) && isSame);
    const pools = pooling.has(maker.op) || isPower(search, maker);
    const bounds = maker.op === "Clip" && crossed === "Pow";
    if (!pools && !moves && !bounds && !isCentring(maker, makers)) break;
    if (pools) crossed = maker.op;
    name = before.name;
    if (!rounding.has(maker.op)) map = name;
  }
  return { name: map, crossed };
}

/** Whether the node raises a map to the power that generalized-mean pooling begins with; a square may be an activation. */
function isPower({ graph }: Search, { op, inputs }: Node): boolean {
  const exponent = op === "Pow" ? inlineTensor(graph.parameters.get(inputs[1]!))?.data : undefined;
  return exponent?.length === 1 && exponent[0]! > 1 && exponent[0] !== 2;
}

/** Whether the node takes a map's mean from it, as covariance pooling begins. */
function isCentring({ op, inputs }: Node, makers: ReadonlyMap<string, Node>): boolean {
  const mean = op === "Sub" ? makers.get(inputs[1]!) : undefined;
  return mean?.op === "ReduceMean" && mean.inputs[0] === inputs[0];
}
