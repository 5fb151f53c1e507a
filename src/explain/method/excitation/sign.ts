import { inlineTensor, type Node } from "../../graph/graph";
import { liveInputs, type Way } from "./way";

/** Operators whose results are never negative. */
const positive: ReadonlySet<string> = new Set(
  "Relu Sigmoid HardSigmoid Softmax Softplus Exp Abs Sqrt".split(" "),
);

/** Operators that make no negative number of numbers that are not. */
const keeping: ReadonlySet<string> = new Set(
  [
    "MaxPool AveragePool GlobalAveragePool GlobalMaxPool ReduceMean ReduceSum ReduceMax ReduceMin",
    "Add Max Concat Slice Split Gather Reshape Transpose Flatten Squeeze Unsqueeze Identity Dropout Cast Expand Tile",
    "DepthToSpace SpaceToDepth LRN LeakyRelu QuantizeLinear DequantizeLinear",
  ].flatMap((names) => names.split(" ")),
);

/** Of these, those whose results hold numbers of all inputs, constants too. */
const combining: ReadonlySet<string> = new Set(["Add", "Max", "Concat"]);

/** Whether a value is known to have no negative number, whatever the image: then all its numbers excite. */
export function isNonNegative(
  way: Way,
  value: string,
  known = new Map<string, boolean>(),
): boolean {
  const before = known.get(value);
  if (before !== undefined) return before;
  const maker = way.maker(value);
  const result = maker !== undefined && isNonNegativeBehind(way, maker, known);
  known.set(value, result);
  return result;
}

function isNonNegativeBehind(way: Way, node: Node, known: Map<string, boolean>): boolean {
  if (positive.has(node.op)) return true;
  if (node.op === "Clip") return (way.number(node.inputs[1] ?? "") ?? -1) >= 0;
  if (node.op === "Max" && node.inputs.some((input) => (way.number(input) ?? -1) >= 0)) return true;
  if (!keeping.has(node.op)) return false;
  const live = liveInputs(way, node);
  const counted = combining.has(node.op) ? node.inputs.keys() : live;
  return [...counted].every((i) => {
    const input = node.inputs[i]!;
    return live.includes(i) ? isNonNegative(way, input, known) : isNonNegativeConstant(way, input);
  });
}

function isNonNegativeConstant({ graph }: Way, value: string): boolean {
  const data = inlineTensor(graph.parameters.get(value))?.data;
  return data !== undefined && data.every((number) => number >= 0);
}
