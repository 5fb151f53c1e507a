import { GraphError } from "../error";
import { isConcrete } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { int, maybeInt } from "./helper/attribute";
import { axisFromEnd, axisFromFront, openDim } from "./helper/axis";
import { zeroValue } from "./helper/cotangent";
import type { Op } from "./op";
import { count, selectAlong } from "./helper/select";

/** Split, by lengths or into a number of equal parts: https://onnx.ai/onnx/operators/onnx__Split.html */
export const split: Op = {
  name: "Split",
  attributes: { axis: 0, num_outputs: undefined },
  shape: ({ node, inputs: [x, parts], ints }) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const given = parts && (ints(1) ?? node.outputs.map(() => openDim(node, axis)));
    const lengths = partLengths(node, x!.dims[axis]!, given);
    return lengths.map((length) => ({ type: x!.type, dims: x!.dims.with(axis, length) }));
  },
  eval: ([x, parts], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const lengths = partLengths(node, x!.dims[axis]!, parts && [...parts.data]) as number[];
    let start = 0;
    return lengths.map((length) => {
      const from = start;
      start += length;
      return selectAlong(
        x!,
        axis,
        count(length).map((i) => from + i),
      );
    });
  },
  vjp: (g, { node, inputs: [x, parts], dys }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const lengths = partLengths(node, g.dims(x!).at(axis)!, parts ? g.known(parts) : undefined);
      const dims = g.cotangentDims(x!);
      const zero = (i: number) => zeroValue(g, dims.with(axis, lengths[i]!), x!);
      return g.op(
        "Concat",
        lengths.map((_, i) => dys[i] ?? zero(i)),
        { axis },
      );
    },
    null,
  ],
  ints: ({ node, inputs: [x], ints }, output) => {
    const elements = ints(0);
    if (!elements || x!.dims.length !== 1) return undefined;
    const lengths = partLengths(node, elements.length, node.inputs[1] ? ints(1) : undefined);
    if (!isConcrete(lengths)) return undefined;
    const start = lengths.slice(0, output).reduce((a, b) => a + b, 0);
    return elements.slice(start, start + lengths[output]!);
  },
};

/** Equal parts are as long as they can be: the last is shorter when the length does not divide. */
function partLengths(node: Node, length: Dim, given: readonly Dim[] | undefined): readonly Dim[] {
  const parts = node.outputs.length;
  if (given) {
    const whole = isConcrete(given) ? given.reduce((a, b) => a + b, 0) : undefined;
    const fits = whole === undefined || typeof length === "string" || whole === length;
    if (fits && given.length >= parts) return given;
    throw new GraphError(node.name, `cannot split ${length} into [${given.join(",")}]`);
  }
  const wanted = maybeInt(node, "num_outputs") ?? parts;
  if (typeof length === "string") return count(wanted).map((i) => openDim(node, i));
  const most = Math.ceil(length / wanted);
  return count(wanted).map((i) => Math.max(0, Math.min(most, length - i * most)));
}
