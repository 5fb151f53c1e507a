import { tensor } from "../tensor";
import { int } from "./helper/attribute";
import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Trilu, the upper or lower triangle of the last two axes: https://onnx.ai/onnx/operators/onnx__Trilu.html */
export const trilu: Op = {
  name: "Trilu",
  attributes: { upper: 1 },
  shape: sameAsFirst,
  eval: ([x, k], node) => {
    const upper = int(node, "upper") === 1;
    const diagonal = k?.data[0] ?? 0;
    const [rows, columns] = x!.dims.slice(-2) as [number, number];
    const keeps = (i: number) => {
      const from = (i % columns) - (Math.floor(i / columns) % rows);
      return upper ? from >= diagonal : from <= diagonal;
    };
    const data = x!.data.map((value, i) => (keeps(i) ? value : 0));
    return [tensor(x!.type, data, x!.dims)];
  },
  vjp: (g, { node, inputs: [, k], dy }) => [
    () => g.op("Trilu", k ? [dy, k] : [dy], node.attributes),
    null,
  ],
};
