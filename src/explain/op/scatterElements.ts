import { tensor } from "../tensor";
import { int, text } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import { perClass } from "./helper/cotangent";
import { elementOffsets } from "./helper/elementOffsets";
import { sameAsFirst } from "./helper/elementwise";
import { merging, scatterRule } from "./helper/scatter";
import type { Op } from "./op";

/** ScatterElements: https://onnx.ai/onnx/operators/onnx__ScatterElements.html */
export const scatterElements: Op = {
  name: "ScatterElements",
  attributes: { axis: 0, reduction: "none" },
  shape: sameAsFirst,
  eval: ([x, indices, updates], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const merge = merging[text(node, "reduction")]!;
    const y = tensor(x!.type, x!.data, x!.dims);
    elementOffsets(node, x!, indices!, axis).forEach((at, i) => {
      y.data[at] = merge(y.data[at]!, updates!.data[i]!);
    });
    return [y];
  },
  vjp: (g, backward) => {
    const { node, inputs } = backward;
    const [x, indices] = inputs as [string, string];
    const axis = axisFromEnd(node, int(node, "axis"), g.dims(x).length);
    return scatterRule(g, backward, {
      gather: (value, kind) => {
        const places = kind === "data" ? indices : perClass(g, indices);
        return g.op("GatherElements", [value, places], { axis });
      },
      scatter: (into, updates, reduction) =>
        g.op("ScatterElements", [into, perClass(g, indices), updates], { axis, reduction }),
    });
  },
};
