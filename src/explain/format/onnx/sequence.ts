import type { Builder } from "../../graph/builder";
import type { Attributes, Node } from "../../graph/graph";
import { scalar } from "../../tensor";
import type { Refuse } from "./attribute";

/** Longer ones are refused: each step that changes a sequence keeps a list of its own. */
const longest = 1024;
const tooLong = `makes a sequence of more than ${longest} tensors, which is not supported`;

/**
 * Sequences of tensors do not exist in the graph. While a model is read, this follows what is in each of them, so that a sequence that is
 * made and taken apart again leaves only the tensors. Positions and lengths must be known before running.
 */
export class Sequences {
  private readonly lists = new Map<string, readonly string[]>();

  constructor(private readonly g: Builder) {}

  /** Takes a node over if it is about sequences. */
  add(node: Node, refuse: Refuse): boolean {
    const isAbout = node.op in makers || this.lists.has(node.inputs[0] ?? "");
    if (!isAbout) return false;
    const make = makers[node.op];
    if (!make) throw refuse("reads a sequence, which is not supported");
    const { g } = this;
    const [output = ""] = node.outputs;
    const list = (i: number) => {
      const found = this.lists.get(node.inputs[i] ?? "");
      if (found) return found;
      throw refuse("reads a sequence that is not made by the model's own nodes");
    };
    make({
      ...{ g, node, refuse, list },
      isList: () => this.lists.has(node.inputs[0] ?? ""),
      give: (values) => {
        if (values.length > longest) throw refuse(tooLong);
        this.lists.set(output, values);
      },
      append: (op, inputs, attributes = {}) =>
        g.append({ op, name: node.name, inputs, outputs: [output], attributes }),
      position: (i, size) => positionOf(g, node.inputs[i], size, refuse),
    });
    return true;
  }
}

interface Step {
  readonly g: Builder;
  readonly node: Node;
  readonly refuse: Refuse;
  /** The values in the sequence that is the node's input number `i`. */
  list(i: number): readonly string[];
  /** Whether the first input is a sequence. */
  isList(): boolean;
  /** Makes the output a sequence of these values. */
  give(values: readonly string[]): void;
  /** Makes the output a tensor. */
  append(op: string, inputs: readonly string[], attributes?: Attributes): void;
  /** The place that input number `i` names, counted from the front. */
  position(i: number, size: number): number;
}

/** By operator: https://onnx.ai/onnx/operators/#s */
const makers: Readonly<Record<string, (step: Step) => void>> = {
  ConcatFromSequence: join,
  Identity: same,
  Optional: same,
  OptionalGetElement: same,
  OptionalHasElement: ({ g, node }) => {
    g.parameter(node.outputs[0]!, scalar("bool", node.inputs[0] ? 1 : 0));
  },
  SequenceAt: ({ list, position, append }) => {
    const values = list(0);
    append("Identity", [values[position(1, values.length)]!]);
  },
  SequenceConstruct: ({ node, give }) => give(node.inputs),
  SequenceEmpty: ({ give }) => give([]),
  SequenceErase: ({ node, list, position, give }) => {
    const values = list(0);
    const place = node.inputs[1] ? position(1, values.length) : values.length - 1;
    give(values.toSpliced(place, 1));
  },
  SequenceInsert: ({ node, list, position, give }) => {
    const values = list(0);
    const place = node.inputs[2] ? position(2, values.length) : values.length;
    give(values.toSpliced(place, 0, node.inputs[1]!));
  },
  SequenceLength: ({ g, node, list }) => {
    g.parameter(node.outputs[0]!, scalar("int64", list(0).length));
  },
  SplitToSequence: split,
};

function same({ node, isList, list, give, append }: Step): void {
  if (isList()) give(list(0));
  else append("Identity", [node.inputs[0]!]);
}

function join({ g, node, list, append, refuse }: Step): void {
  const { axis = 0, new_axis: stacks = 0 } = node.attributes;
  const values = list(0);
  if (values.length === 0) throw refuse("joins an empty sequence, which is not supported");
  const parts = stacks
    ? values.map((value) => g.op("Unsqueeze", [value, g.ints([axis as number])]))
    : values;
  append("Concat", parts, { axis });
}

/** Parts of one given length, of given lengths, or of length 1, which drop their axis unless `keepdims`. */
function split({ g, node, give, refuse }: Step): void {
  const [x, sizes] = node.inputs as [string, string?];
  const { axis: given = 0, keepdims = 1 } = node.attributes;
  const rank = g.dims(x).length;
  const axis = ((given as number) + rank) % rank;
  const length = g.dims(x)[axis];
  const known = sizes ? g.known(sizes) : [1];
  if (typeof length !== "number" || !known?.every((size) => typeof size === "number")) {
    throw refuse(
      "splits an axis whose size, or whose parts, are not known before running",
      "export the model with a fixed input size",
    );
  }
  const isEqual = !sizes || g.dims(sizes).length === 0;
  if (isEqual && !(known[0]! >= 1)) throw refuse(`splits into parts of ${known[0]}`);
  if (isEqual && length / known[0]! > longest) throw refuse(tooLong);
  const lengths = isEqual ? equalParts(length, known[0]!) : known;
  const parts = g.ops("Split", [x, g.ints(lengths)], lengths.length, { axis });
  const drops = !sizes && keepdims === 0;
  give(drops ? parts.map((part) => g.op("Squeeze", [part, g.ints([axis])])) : parts);
}

function equalParts(length: number, size: number): number[] {
  const count = Math.ceil(length / size);
  return Array.from({ length: count }, (_, i) => Math.min(size, length - i * size));
}

function positionOf(g: Builder, value: string | undefined, size: number, refuse: Refuse): number {
  const given = g.known(value ?? "")?.[0];
  if (typeof given !== "number") {
    const remedy = "export the model with a fixed input size or with constant folding";
    throw refuse("names a place in a sequence that is not known before running", remedy);
  }
  const place = given < 0 ? given + size : given;
  if (place >= 0 && place <= size) return place;
  throw refuse(`names place ${given} in a sequence of ${size}`, "export the model again");
}
