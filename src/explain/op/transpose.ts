import { GraphError } from "../error";
import type { Node } from "../graph/graph";
import { sizeOf, stridesOf, zeros } from "../tensor";
import { maybeInts } from "./helper/attribute";
import type { Op } from "./op";

/** Transpose: https://onnx.ai/onnx/operators/onnx__Transpose.html */
export const transpose: Op = {
  name: "Transpose",
  attributes: { perm: undefined },
  shape: ({ node, inputs: [x] }) => {
    const perm = permutation(node, x!.dims.length);
    return [{ type: x!.type, dims: perm.map((axis) => x!.dims[axis]!) }];
  },
  eval: ([x], node) => {
    const perm = permutation(node, x!.dims.length);
    const y = zeros(
      x!.type,
      perm.map((axis) => x!.dims[axis]!),
    );
    const from = stridesOf(x!.dims);
    const to = stridesOf(y.dims);
    for (let i = 0; i < sizeOf(y.dims); i++) {
      let at = 0;
      for (let axis = 0; axis < perm.length; axis++) {
        at += (Math.floor(i / to[axis]!) % y.dims[axis]!) * from[perm[axis]!]!;
      }
      y.data[i] = x!.data[at]!;
    }
    return [y];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const perm = permutation(node, g.dims(x!).length);
      const inverse = perm.map((_, axis) => perm.indexOf(axis));
      const lead = g.cotangentDims(x!).length - perm.length;
      const withClasses = [...Array(lead).keys(), ...inverse.map((axis) => axis + lead)];
      return g.op("Transpose", [dy], { perm: withClasses });
    },
  ],
};

/** By default all axes are turned round. */
function permutation(node: Node, rank: number): readonly number[] {
  const perm = maybeInts(node, "perm") ?? [...Array(rank).keys()].reverse();
  if (perm.length !== rank || perm.some((_, axis) => !perm.includes(axis))) {
    throw new GraphError(node.name, `has perm [${perm.join(",")}] where the rank is ${rank}`);
  }
  return perm;
}
