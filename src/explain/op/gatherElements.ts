import { stridesOf, zeros, type Tensor } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import { indicesPerClass, zeroValue } from "./helper/cotangent";
import type { Op } from "./op";

/** GatherElements: https://onnx.ai/onnx/operators/onnx__GatherElements.html */
export const gatherElements: Op = {
  name: "GatherElements",
  attributes: { axis: 0 },
  shape: ({ inputs: [x, indices] }) => [{ type: x!.type, dims: indices!.dims }],
  eval: ([x, indices], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const y = zeros(x!.type, indices!.dims);
    elementOffsets(x!, indices!, axis).forEach((at, i) => (y.data[i] = x!.data[at]!));
    return [y];
  },
  vjp: (g, { node, inputs: [x, indices], dy }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const empty = zeroValue(g, g.cotangentDims(x!), x!);
      const places = indicesPerClass(g, indices!);
      return g.op("ScatterElements", [empty, places, dy], { axis, reduction: "add" });
    },
    null,
  ],
};

/** For each index, the element of `x` that it names: its own place, but along `axis` the index. */
export function elementOffsets(x: Tensor, indices: Tensor, axis: number): number[] {
  const own = stridesOf(indices.dims);
  const strides = stridesOf(x.dims);
  return Array.from(indices.data, (index, i) => {
    let at = 0;
    for (let a = 0; a < strides.length; a++) {
      const place = Math.floor(i / own[a]!) % indices.dims[a]!;
      at += strides[a]! * (a !== axis ? place : index < 0 ? index + x.dims[axis]! : index);
    }
    return at;
  });
}
