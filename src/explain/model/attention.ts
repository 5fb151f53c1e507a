import type { Node } from "../graph/graph";
import { maybeInt } from "../op/helper/attribute";
import type { Layouts } from "./layout/follow";
import { hasPlaces, kindOf, type Layout } from "./layout/layout";
import { passThrough } from "./tail";

/** Operators that multiply with weights, or two values with each other. */
export const products: ReadonlySet<string> = new Set(["MatMul", "Gemm", "Conv"]);

/** What is known of a graph's values. */
export interface Values {
  readonly makers: ReadonlyMap<string, Node>;
  /** The values between the image and the logit. */
  readonly onPath: ReadonlySet<string>;
  readonly layouts: Layouts;
}

/** Whether the node multiplies two values that both come from the image: queries with keys, attention with values, a map with itself. */
export function isProductOfTwo({ onPath }: Values, node: Node): boolean {
  return products.has(node.op) && node.inputs.filter((input) => onPath.has(input)).length > 1;
}

/**
 * Whether the node sums over places with the weights that a softmax over them makes: attention. A product without that sums
 * over places as pooling does (bilinear and covariance pooling, Gram matrices).
 */
export function isAttention(values: Values, node: Node | undefined): boolean {
  return node !== undefined && attentionWeights(values, node) !== undefined;
}

/** The weights with which a node sums over places, as the softmax over them makes them; `undefined` where it is no attention. */
export function attentionWeights(values: Values, node: Node): string | undefined {
  if (!isProductOfTwo(values, node)) return undefined;
  return node.inputs.map((input) => placeWeights(values, input)).find((weights) => weights);
}

/** Back over what each number goes through by itself, to what a softmax over places makes. */
function placeWeights(values: Values, weights: string): string | undefined {
  const { makers, onPath } = values;
  let current = weights;
  for (let maker = makers.get(current); maker; maker = makers.get(current)) {
    if (normalizes(values, maker)) return isOverPlaces(values, maker) ? current : undefined;
    const read = passThrough.has(maker.op) ? maker.inputs.slice(0, 1) : maker.inputs;
    const [only, another] = read.filter((input) => onPath.has(input));
    if (only === undefined || another !== undefined || products.has(maker.op)) return undefined;
    current = only;
  }
  return undefined;
}

/** Softmax, or a value divided by its sum. */
function normalizes({ makers }: Values, { op, inputs }: Node): boolean {
  if (op === "Softmax") return true;
  const sum = op === "Div" ? makers.get(inputs[1]!) : undefined;
  return sum?.op === "ReduceSum" && sum.inputs[0] === inputs[0];
}

function isOverPlaces(values: Values, node: Node): boolean {
  const layout = values.layouts.of(node.inputs[0]!);
  if (!layout) return true;
  const normalized = normalizedAxes(values, node, layout);
  const isLost = !layout.some(hasPlaces) && normalized.some((axis) => kindOf(axis) === "other");
  return isLost || normalized.some(hasPlaces);
}

function normalizedAxes({ layouts, makers }: Values, node: Node, layout: Layout): Layout {
  if (node.op === "Softmax") return [layout.at(maybeInt(node, "axis") ?? -1) ?? []];
  const sum = layouts.of(makers.get(node.inputs[1]!)!.outputs[0]!);
  return layout.filter((_, i) => sum?.[i]?.length === 0);
}
