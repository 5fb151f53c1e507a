import { tensor } from "../tensor";
import { text } from "./helper/attribute";
import { fromFront, perClass } from "./helper/cotangent";
import { sameAsFirst } from "./helper/elementwise";
import { merging, scatterRule } from "./helper/scatter";
import { rowLength, sliceOffsets } from "./helper/sliceOffsets";
import type { Op } from "./op";

/** ScatterND: https://onnx.ai/onnx/operators/onnx__ScatterND.html */
export const scatterND: Op = {
  name: "ScatterND",
  attributes: { reduction: "none" },
  shape: (context) => {
    const { node, inputs } = context;
    rowLength(node, inputs[1]!.dims, inputs[0]!.dims.length);
    return sameAsFirst(context);
  },
  eval: ([x, indices, updates], node) => {
    const merge = merging[text(node, "reduction")]!;
    const y = tensor(x!.type, x!.data, x!.dims);
    const { starts, length } = sliceOffsets(node, x!, indices!, 0);
    updates!.data.forEach((update, i) => {
      const at = starts[Math.floor(i / length)]! + (i % length);
      y.data[at] = merge(y.data[at]!, update);
    });
    return [y];
  },
  vjp: (g, backward) => {
    const indices = backward.inputs[1]!;
    const lead = g.classes === 1 ? 0 : 1;
    return scatterRule(g, backward, {
      gather: (value, kind) =>
        kind === "data"
          ? g.op("GatherND", [value, indices])
          : g.op("GatherND", [value, perClass(g, indices)], { batch_dims: lead }),
      scatter: (into, updates, reduction) =>
        g.op("ScatterND", [into, fromFront(g, indices, 0), updates], { reduction }),
    });
  },
};
