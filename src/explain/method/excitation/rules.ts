import type { Node } from "../../graph/graph";
import type { Rules, Step } from "../../op/op";
import { shareOfMean } from "./average";
import { winnersOf } from "./linear";
import { foldedLayer, layerOf } from "./linearLayer";
import { vjpOf } from "./share";
import { shareOfSum } from "./sum";
import { liveInputs, type Way } from "./way";

/** What a propagation starts from. */
export interface Course {
  readonly way: Way;
  /** Values where the propagation is read or begins: they are not folded into the layer before them. */
  readonly kept: ReadonlySet<string>;
  /** The names of the nodes whose weights are negated: their dual units win. */
  readonly duals?: ReadonlySet<string>;
}

/** A rule for one kind of node; `undefined` where it does not hold for this one. */
type Rule = (course: Course, node: Node) => Step | undefined;

const layer: Rule = ({ way, duals }, node) => {
  const found = layerOf(way, node);
  return found && winnersOf(way, found, duals?.has(found.node.name) === true);
};

const mean: Rule = ({ way }, node) => shareOfMean(way, node);

/** A unit with one unit before it: that one wins, whatever the scale. */
const pass: Rule = ({ way }, node) => {
  const [at, ...others] = liveInputs(way, node);
  if (at === undefined || others.length > 0) return undefined;
  return { inputs: [node.inputs[at]!], vjp: (_g, { dy }) => [() => dy] };
};

/** Scales units with constants: part of the layer before it, where there is one. */
const scaling: Rule = (course, node) => {
  const folded = foldedLayer(course.way, node, course.kept);
  if (!folded) return pass(course, node);
  return winnersOf(course.way, folded, course.duals?.has(folded.node.name) === true);
};

const sum: Rule = (course, node) =>
  liveInputs(course.way, node).length === 2 ? shareOfSum(node, false) : pass(course, node);

/** Reads what comes out of the Relu of a sum, so that a runtime keeps convolution, sum and Relu one kernel. */
const relu: Rule = (course, node) => {
  const [value] = node.inputs as [string];
  const maker = course.way.maker(value);
  const isSum =
    maker?.op === "Add" && liveInputs(course.way, maker).length === 2 && !course.kept.has(value);
  return isSum ? shareOfSum(maker, true) : pass(course, node);
};

/** Moves or chooses units: the gradient's own way, where what is not chosen gets nothing. */
const ordinary: Rule = (_course, node) => ({ inputs: node.inputs, vjp: vjpOf(node) });

const rules: Readonly<Record<string, readonly [Rule, names: string]>> = {
  layer: [layer, "Conv ConvTranspose Gemm MatMul"],
  mean: [mean, "AveragePool GlobalAveragePool ReduceMean ReduceSum Resize"],
  sum: [sum, "Add Sub"],
  scaling: [scaling, "BatchNormalization Mul Div Neg"],
  pass: [
    pass,
    "LeakyRelu PRelu Elu Selu LRN Identity Dropout Cast QuantizeLinear DequantizeLinear",
  ],
  relu: [relu, "Relu"],
  ordinary: [
    ordinary,
    "MaxPool GlobalMaxPool ReduceMax Max Min Clip Concat Slice Split Gather Reshape Transpose Flatten Squeeze Unsqueeze Pad " +
      "Expand DepthToSpace SpaceToDepth",
  ],
};

const ruleOf: ReadonlyMap<string, Rule> = new Map(
  Object.values(rules).flatMap(([rule, names]) =>
    names.split(" ").map((op) => [op, rule] as const),
  ),
);

/** The backward rules of excitation backprop. */
export function excitation(course: Course): Rules {
  return (node) => ruleOf.get(node.op)?.(course, node);
}

/** The first node between two values, from the score on, that no rule holds for. */
export function withoutRule(course: Course, nodes: readonly Node[]): Node | undefined {
  return nodes.findLast((node) => !excitation(course)(node));
}
