import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront, linesAlong, openDim } from "./helper/axis";
import { perClass, zeroValue } from "./helper/cotangent";
import type { Op } from "./op";
import { count } from "./helper/select";

/** TopK; of equal values the lower index comes first: https://onnx.ai/onnx/operators/onnx__TopK.html */
export const topK: Op = {
  name: "TopK",
  attributes: { axis: -1, largest: 1, sorted: 1 },
  shape: ({ node, inputs: [x], ints }) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const dims = x!.dims.with(axis, ints(1)?.[0] ?? openDim(node, axis));
    return [
      { type: x!.type, dims },
      { type: "int64", dims },
    ];
  },
  eval: ([x, k], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const sign = int(node, "largest") === 1 ? -1 : 1;
    const dims = x!.dims.with(axis, k!.data[0]!);
    const values = zeros(x!.type, dims);
    const indices = zeros("int64", dims);
    const from = linesAlong(x!.dims, axis);
    const to = linesAlong(dims, axis);
    from.starts.forEach((start, line) => {
      const value = (i: number) => x!.data[start + i * from.inner]!;
      const order = count(from.length).sort((a, b) => sign * (value(a) - value(b)) || a - b);
      order.slice(0, to.length).forEach((index, i) => {
        values.data[to.starts[line]! + i * to.inner] = value(index);
        indices.data[to.starts[line]! + i * to.inner] = index;
      });
    });
    return [values, indices];
  },
  vjp: (g, { node, inputs: [x], outputs: [, indices], dy }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const empty = zeroValue(g, g.cotangentDims(x!), x!);
      const places = perClass(g, indices!);
      return g.op("ScatterElements", [empty, places, dy], { axis });
    },
    null,
  ],
};
