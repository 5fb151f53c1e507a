import { producers, type Graph, type Node } from "../graph/graph";
import { quantizedRanges } from "../op/helper/quantization";
import { constantNumber } from "./constant";

/**
 * A node that rectifies, with the nodes before it where an exporter took the ReLU apart: its output is x between 0 and `high`, 0 below, `high` above. A QuantizeLinear does so in its own
 * steps.
 */
export interface Rectifier {
  /** The last of its nodes; its first output is the rectified value. */
  readonly node: Node;
  /** x */
  readonly input: string;
  /** 6 for ReLU6; infinite for ReLU. */
  readonly high: number;
}

/**
 * Every node of a graph that is a ReLU, or one with an upper bound, however the exporter wrote it: by the name of its node.
 *
 * Not among them is what a hard sigmoid is made of, clip(x + 3, 0, 6) / 6: a gate that is bounded on both sides of 0 has no side that is off.
 */
export function findRectifiers(graph: Graph): ReadonlyMap<string, Rectifier> {
  const search: Search = { graph, makers: producers(graph) };
  const found = graph.nodes.flatMap((node) => {
    const form = rectified(search, node);
    return form && form.high > 0 ? [{ node, ...form }] : [];
  });
  const gates = new Set(found.filter((form) => isGate(search, form)).map(({ input }) => input));
  const rectifiers = found.filter(({ input }) => !gates.has(input));
  return new Map(rectifiers.map((rectifier) => [rectifier.node.name, rectifier]));
}

interface Search {
  readonly graph: Graph;
  readonly makers: ReadonlyMap<string, Node>;
}

type Form = Pick<Rectifier, "input" | "high">;

function rectified(search: Search, node: Node): Form | undefined {
  const form = forms[node.op]?.(search, node);
  return form && beforeIt(search, form);
}

/** ReLU of min(x, 6), or of what was rectified before, is one with it. */
function beforeIt(search: Search, form: Form): Form {
  const before = bounded(search, form.input);
  return before ? { input: before.input, high: Math.min(before.high, form.high) } : form;
}

/** The ReLU of x, which has no upper bound. */
const relu = (input: string | undefined): Form | undefined =>
  input === undefined ? undefined : { input, high: Infinity };

/** The forms of a ReLU by the operator of their last node. */
const forms: Readonly<Record<string, (search: Search, node: Node) => Form | undefined>> = {
  Relu: (_search, { inputs }) => relu(inputs[0]),
  LeakyRelu: (_search, node) => relu(node.attributes["alpha"] === 0 ? node.inputs[0] : undefined),
  Elu: (_search, node) => relu(node.attributes["alpha"] === 0 ? node.inputs[0] : undefined),
  PRelu: (search, { inputs: [x, slope] }) => relu(isAll(search, slope, 0) ? x : undefined),
  Clip: clip,
  Max: (search, { inputs }) => relu(beside(inputs, (value) => isAll(search, value, 0))),
  Min: (search, node) => capped(search, node),
  Where: where,
  Mul: (search, node) => gated(search, node) ?? halved(search, node) ?? negated(search, node),
  Div: halved,
  Neg: negated,
  QuantizeLinear: quantized,
  Sub: (search, node) => negated(search, node) ?? withoutNegative(search, node),
};

/** Clip(x, 0, high), or Clip(·, −∞, high) of what is rectified. */
function clip(search: Search, node: Node): Form | undefined {
  const [x, min] = node.inputs as [string, string?];
  const high = upperBound(search, node);
  if (high === undefined) return undefined;
  if (min && isAll(search, min, 0)) return { input: x, high };
  return min ? undefined : capped(search, node);
}

/** Min or Clip with an upper bound alone, of what is rectified: Min(Relu(x), 6). */
function capped(search: Search, node: Node): Form | undefined {
  const bound = upperBounded(search, node);
  const maker = bound && search.makers.get(bound.input);
  const inner = maker && rectified(search, maker);
  return inner && { input: inner.input, high: Math.min(inner.high, bound.high) };
}

/** A value that is min(x, high), or rectified itself. */
function bounded(search: Search, value: string): Form | undefined {
  const maker = search.makers.get(value);
  return maker && (rectified(search, maker) ?? upperBounded(search, maker));
}

/** min(x, high) as Min or as a Clip without a lower bound. */
function upperBounded(search: Search, node: Node): Form | undefined {
  const { op, inputs } = node;
  if (op === "Clip" && !inputs[1]) {
    const high = upperBound(search, node);
    return high === undefined ? undefined : { input: inputs[0]!, high };
  }
  if (op !== "Min") return undefined;
  const input = beside(inputs, (value) => numberOf(search, value) !== undefined);
  const bound = inputs.find((value) => value !== input);
  return input && bound ? { input, high: numberOf(search, bound)! } : undefined;
}

/** The upper bound of a Clip: infinite where there is none, `undefined` where it is computed. */
function upperBound(search: Search, { inputs }: Node): number | undefined {
  return inputs[2] ? numberOf(search, inputs[2]) : Infinity;
}

/** Where(x > 0, x, 0), Where(x ≤ 0, 0, x) … */
function where(search: Search, { inputs: [condition, a, b] }: Node): Form | undefined {
  const sign = signTested(search, condition!);
  if (!sign) return undefined;
  const [on, off] = sign.side === "positive" ? [a, b] : [b, a];
  return relu(on === sign.of && isAll(search, off, 0) ? on : undefined);
}

/** x · [x > 0] */
function gated(search: Search, { inputs }: Node): Form | undefined {
  const [a, b] = inputs as [string, string];
  const opens = (gate: string, x: string) => {
    const sign = gateOf(search, gate);
    return sign?.side === "positive" && sign.of === x;
  };
  return relu(opens(b, a) ? a : opens(a, b) ? b : undefined);
}

/** Numbers 1 and 0 that tell a sign: Cast(x > 0), Where(x > 0, 1, 0) … */
function gateOf(search: Search, value: string): Sign | undefined {
  const maker = search.makers.get(value);
  if (maker?.op === "Cast") return signTested(search, maker.inputs[0]!);
  if (maker?.op !== "Where") return undefined;
  const [condition, a, b] = maker.inputs as [string, string, string];
  const sign = signTested(search, condition);
  if (isAll(search, a, 1) && isAll(search, b, 0)) return sign;
  return sign && isAll(search, a, 0) && isAll(search, b, 1) ? opposite(sign) : undefined;
}

/** (x + |x|) / 2 */
function halved(search: Search, { op, inputs }: Node): Form | undefined {
  const [a, b] = inputs as [string, string];
  const twice =
    op === "Div" ? isAll(search, b, 2) && a : beside(inputs, (value) => isAll(search, value, 0.5));
  const sum = twice ? search.makers.get(twice) : undefined;
  if (sum?.op !== "Add") return undefined;
  return relu(
    beside(sum.inputs, (value, x) => {
      const maker = search.makers.get(value);
      return maker?.op === "Abs" && maker.inputs[0] === x;
    }),
  );
}

/** What makes numbers of either sign. */
const signed = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "BatchNormalization"]);

/** Quantizers leave a ReLU out where rounding cuts off what lies below 0: the least integer stands for 0. */
function quantized(search: Search, { inputs, outputs }: Node): Form | undefined {
  const [x, , zero] = inputs as [string, string, string?];
  const { type } = search.graph.types.get(outputs[0]!)!;
  const cutsOff = zero ? isAll(search, zero, quantizedRanges[type]![0]) : type.startsWith("u");
  return cutsOff && signed.has(search.makers.get(x)?.op ?? "") ? relu(x) : undefined;
}

/** −min(−x, 0) */
function negated(search: Search, node: Node): Form | undefined {
  const inner = negativeOf(search, node);
  const least = inner === undefined ? undefined : lowered(search, inner);
  const maker = least === undefined ? undefined : search.makers.get(least);
  return relu(maker && negativeOf(search, maker));
}

/** x − min(x, 0) */
function withoutNegative(search: Search, { inputs: [x, part] }: Node): Form | undefined {
  return relu(lowered(search, part!) === x ? x : undefined);
}

/** x of min(x, 0). */
function lowered({ graph, makers }: Search, value: string): string | undefined {
  const maker = makers.get(value);
  const bound = maker && upperBounded({ graph, makers }, maker);
  return bound?.high === 0 ? bound.input : undefined;
}

/** x of a node that makes −x. */
function negativeOf(search: Search, { op, inputs }: Node): string | undefined {
  if (op === "Neg") return inputs[0];
  if (op === "Mul") return beside(inputs, (value) => isAll(search, value, -1));
  return op === "Sub" && isAll(search, inputs[0], 0) ? inputs[1] : undefined;
}

/** A condition that is the sign of a value. What holds at 0 makes no difference to x · [x > 0]. */
interface Sign {
  readonly of: string;
  readonly side: "positive" | "negative";
}

const opposite = ({ of, side }: Sign): Sign => ({
  of,
  side: side === "positive" ? "negative" : "positive",
});

function signTested(search: Search, condition: string): Sign | undefined {
  const maker = search.makers.get(condition);
  if (!maker) return undefined;
  const [a, b] = maker.inputs as [string, string];
  if (maker.op === "Not") {
    const sign = signTested(search, a);
    return sign && opposite(sign);
  }
  const isGreater = maker.op === "Greater" || maker.op === "GreaterOrEqual";
  if (!isGreater && maker.op !== "Less" && maker.op !== "LessOrEqual") return undefined;
  if (isAll(search, b, 0)) return { of: a, side: isGreater ? "positive" : "negative" };
  return isAll(search, a, 0) ? { of: b, side: isGreater ? "negative" : "positive" } : undefined;
}

/** The one of two values beside that for which `is` holds. */
function beside(
  inputs: readonly string[],
  is: (value: string, other: string) => boolean,
): string | undefined {
  if (inputs.length !== 2) return undefined;
  const [a, b] = inputs as [string, string];
  return is(b, a) ? a : is(a, b) ? b : undefined;
}

/** Whether a rectifier is the inside of a hard sigmoid: x shifted to the middle between its bounds. */
function isGate(search: Search, { input, high }: Form): boolean {
  const maker = search.makers.get(input);
  if (high === Infinity || maker?.op !== "Add") return false;
  return maker.inputs.some((value) => numberOf(search, value) === high / 2);
}

function isAll(search: Search, value: string | undefined, number: number): boolean {
  return value !== undefined && numberOf(search, value) === number;
}

function numberOf({ graph, makers }: Search, value: string): number | undefined {
  return constantNumber(graph, makers, value);
}
