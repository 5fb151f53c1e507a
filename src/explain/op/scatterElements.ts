import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { tensor } from "../tensor";
import { int, text } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import { indicesPerClass, zeroValue } from "./helper/cotangent";
import { sameAsFirst } from "./helper/elementwise";
import { elementOffsets } from "./helper/elementOffsets";
import type { Backward, Op } from "./op";

const reductions: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_old, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/**
 * ScatterElements: https://onnx.ai/onnx/operators/onnx__ScatterElements.html. Differentiable with the reductions `add` and `none`
 * (where, as the specification asks, no index occurs twice).
 */
export const scatterElements: Op = {
  name: "ScatterElements",
  attributes: { axis: 0, reduction: "none" },
  shape: sameAsFirst,
  eval: ([x, indices, updates], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const merge = reductions[text(node, "reduction")]!;
    const y = tensor(x!.type, x!.data, x!.dims);
    elementOffsets(x!, indices!, axis).forEach((at, i) => {
      y.data[at] = merge(y.data[at]!, updates!.data[i]!);
    });
    return [y];
  },
  vjp: (g, backward) => {
    const { node, inputs, dy } = backward;
    const axis = axisFromEnd(node, int(node, "axis"), g.dims(inputs[0]!).length);
    checkReduction(backward);
    return [
      () => (text(node, "reduction") === "add" ? dy : erased(g, backward, axis)),
      null,
      () => g.op("GatherElements", [dy, indicesPerClass(g, inputs[1]!)], { axis }),
    ];
  },
};

/** What was overwritten has no gradient. */
function erased(g: Builder, { inputs: [, indices, updates], dy }: Backward, axis: number): string {
  const nothing = zeroValue(g, g.cotangentDims(updates!), updates!);
  return g.op("ScatterElements", [dy, indicesPerClass(g, indices!), nothing], { axis });
}

function checkReduction({ node }: Backward): void {
  const reduction = text(node, "reduction");
  if (reduction === "add" || reduction === "none") return;
  throw new GraphError(node.name, `has no gradient with the reduction ${reduction}`);
}
