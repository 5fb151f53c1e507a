import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromFront, linesAlong, openDim } from "./helper/axis";
import type { Op } from "./op";

/** OneHot: https://onnx.ai/onnx/operators/onnx__OneHot.html. An index outside ±depth makes a line of “off” values. */
export const oneHot: Op = {
  name: "OneHot",
  attributes: { axis: -1 },
  shape: ({ node, inputs: [indices, , values], ints }) => {
    const axis = axisFromFront(node, int(node, "axis"), indices!.dims.length + 1);
    const depth = ints(1)?.[0] ?? openDim(node, axis);
    return [{ type: values!.type, dims: indices!.dims.toSpliced(axis, 0, depth) }];
  },
  eval: ([indices, depth, values], node) => {
    const axis = axisFromFront(node, int(node, "axis"), indices!.dims.length + 1);
    const dims = indices!.dims.toSpliced(axis, 0, Math.trunc(depth!.data[0]!));
    const [off, on] = values!.data;
    const y = zeros(values!.type, dims);
    y.data.fill(off!);
    const { length, inner, starts } = linesAlong(dims, axis);
    starts.forEach((start, line) => {
      const index = indices!.data[line]!;
      const place = index < 0 ? index + length : index;
      if (place >= 0 && place < length) y.data[start + place * inner] = on!;
    });
    return [y];
  },
  vjp: () => [null, null, null],
};
