import { consumers, inlineTensor, type Graph, type Node } from "../graph/graph";

/** What the graph itself does to pixels before anything is learned: Keras' Rescaling and Normalization, Sub and Div of an export. */
export interface InputScaling {
  /** The largest pixel value that goes in. */
  readonly range: 1 | 255;
  /** In words: which operators, and why they mean this range. */
  readonly detail: string;
}

/** y = factor · x + shift; the largest absolute values over the channels. */
interface Affine {
  readonly factor: number;
  readonly shift: number;
}

/** Operators between the input and its scaling that leave the numbers alone. */
const passing = new Set(["Identity", "Cast", "Transpose", "Dropout", "Reshape", "Pad"]);

/**
 * Whether the graph begins by scaling its image input with constants, and for which range of pixels; `undefined` when it does not, or when the
 * numbers fit neither 0–1 nor 0–255.
 */
export function findInputScaling(graph: Graph, input: string): InputScaling | undefined {
  const readers = consumers(graph);
  let value = input;
  let affine: Affine = { factor: 1, shift: 0 };
  const used: string[] = [];
  for (;;) {
    const [node, other] = readers.get(value) ?? [];
    if (!node || other) break;
    const step = passing.has(node.op) ? { factor: 1, shift: 0 } : stepOf(graph, node, value);
    if (!step) break;
    if (!passing.has(node.op)) used.push(node.op);
    affine = {
      factor: affine.factor * step.factor,
      shift: affine.shift * step.factor + step.shift,
    };
    value = node.outputs[0]!;
  }
  const range = used.length > 0 ? rangeOf(affine) : undefined;
  if (!range) return undefined;
  const detail = `the graph itself scales its input (${used.join(", ")}): it takes 0–${range}`;
  return { range, detail };
}

/** What 0–255 and 0–1 come out as must be numbers that networks like: within a few units of 0, and not all of them nearly 0. */
function rangeOf({ factor, shift }: Affine): InputScaling["range"] | undefined {
  const spanOf = (range: number) => Math.abs(factor) * range;
  const isLiked = (span: number) => span >= 0.9 && span <= 12 && Math.abs(shift) <= 6;
  if (isLiked(spanOf(255))) return 255;
  if (Math.abs(factor) === 1 && shift < -80 && shift > -150) return 255;
  return isLiked(spanOf(1)) && (factor !== 1 || shift !== 0) ? 1 : undefined;
}

function stepOf(graph: Graph, node: Node, value: string): Affine | undefined {
  const constant = (name: string | undefined) =>
    inlineTensor(graph.parameters.get(name ?? ""))?.data;
  if (node.op === "BatchNormalization") {
    return normalization(constant(node.inputs[3]), constant(node.inputs[4]));
  }
  const [left, right] = node.inputs;
  const data = constant(left === value ? right : left);
  if (!data || data.length === 0 || data.length > 4) return undefined;
  const largest = [...data].reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  const smallest = Math.min(...Array.from(data, Math.abs));
  if (node.op === "Mul") return { factor: largest, shift: 0 };
  if (node.op === "Div" && left === value) return { factor: 1 / smallest, shift: 0 };
  if (node.op === "Add") return { factor: 1, shift: largest };
  if (node.op === "Sub" && left === value) return { factor: 1, shift: -largest };
  return undefined;
}

/**
 * BatchNormalization right behind the image, whose statistics are those of photos: of numbers that were normalized before, they say nothing.
 */
function normalization(
  mean: ArrayLike<number> | undefined,
  variance: ArrayLike<number> | undefined,
): Affine | undefined {
  if (!mean || !variance || mean.length > 4) return undefined;
  const [centre, spread] = [
    Math.max(...Array.from(mean)),
    Math.sqrt(Math.max(...Array.from(variance))),
  ];
  const isUnit = centre > 0.2 && centre < 0.7 && spread > 0.15 && spread < 0.45;
  const isBytes = centre > 50 && centre < 180 && spread > 35 && spread < 110;
  return isUnit || isBytes ? { factor: 1 / spread, shift: -centre / spread } : undefined;
}
