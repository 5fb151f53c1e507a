import { GraphError } from "../error";
import { isConcrete, printDims } from "../graph/dim";
import type { Dim, Node, ValueType } from "../graph/graph";
import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront, openDim } from "./helper/axis";
import type { Op, ShapeContext } from "./op";

/** Concat: https://onnx.ai/onnx/operators/onnx__Concat.html */
export const concat: Op = {
  name: "Concat",
  attributes: { axis: undefined },
  shape: ({ node, inputs }) => {
    const present = inputs.map((input) => input!);
    return [{ type: present[0]!.type, dims: joined(node, present) }];
  },
  eval: (inputs, node) => {
    const present = inputs.map((x) => x!);
    const axis = axisFromFront(node, int(node, "axis"), present[0]!.dims.length);
    const y = zeros(present[0]!.type, joined(node, present) as number[]);
    const rows = y.dims.slice(0, axis).reduce((a, b) => a * b, 1);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (const { data } of present) {
        const length = data.length / rows;
        y.data.set(data.subarray(row * length, (row + 1) * length), at);
        at += length;
      }
    }
    return [y];
  },
  vjp: (g, { node, inputs, dy }) => {
    const axis = axisFromEnd(node, int(node, "axis"), g.dims(inputs[0]!).length);
    const lengths = inputs.map((input) => g.dims(input).at(axis)!);
    return inputs.map((_, i) => () => {
      const before: readonly Dim[] = lengths.slice(0, i + 1);
      if (!isConcrete(before)) {
        throw new GraphError(node.name, "has no gradient: it joins parts of unknown length");
      }
      const end = before.reduce((a, b) => a + b, 0);
      const bounds = [end - before[i]!, end, axis].map((value) => g.ints([value]));
      return g.op("Slice", [dy, ...bounds]);
    });
  },
  ints: (context) => joinedInts(context),
};

function joined(node: Node, inputs: readonly Pick<ValueType, "dims">[]): Dim[] {
  const [first] = inputs;
  const axis = axisFromFront(node, int(node, "axis"), first!.dims.length);
  return first!.dims.map((_, i) => {
    const sizes = inputs.map(({ dims }) => dims[i]);
    if (sizes.some((size) => size === undefined)) throw misfit(node, inputs);
    const known = sizes as Dim[];
    if (i === axis) return sum(known) ?? openDim(node, i);
    const size = common(known);
    if (size === undefined) throw misfit(node, inputs);
    return size;
  });
}

function sum(sizes: readonly Dim[]): Dim | undefined {
  if (sizes.length === 1) return sizes[0];
  return isConcrete(sizes) ? sizes.reduce((a, b) => a + b, 0) : undefined;
}

/** The one size that all have, a number where one is known; `undefined` when two numbers differ. */
function common(sizes: readonly Dim[]): Dim | undefined {
  const numbers = new Set(sizes.filter((size) => typeof size === "number"));
  return numbers.size > 1 ? undefined : ([...numbers][0] ?? sizes[0]);
}

function misfit(node: Node, inputs: readonly Pick<ValueType, "dims">[]): GraphError {
  const shapes = inputs.map(({ dims }) => printDims(dims)).join(", ");
  return new GraphError(node.name, `cannot join ${shapes} along axis ${int(node, "axis")}`);
}

function joinedInts({ inputs, ints }: ShapeContext): readonly Dim[] | undefined {
  const lists = inputs.map((input, i) => (input!.dims.length === 1 ? ints(i) : undefined));
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}
