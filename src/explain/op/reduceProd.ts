import type { Builder } from "../graph/builder";
import { multiplyDims } from "../graph/dim";
import { scalar } from "../tensor";
import type { Backward, Op } from "./op";
import { axesOf, keptCotangent, placesWithin, reduction } from "./helper/reduction";
import { mask } from "./helper/rule";

/**
 * ReduceProd: https://onnx.ai/onnx/operators/onnx__ReduceProd.html. The gradient is the product of the others, as a product of copies
 * that leave one out each, so that it is right at zeros, and so are gradients of it.
 */
export const reduceProd: Op = {
  name: "ReduceProd",
  ...reduction((values) => values.reduce((a, b) => a * b, 1)),
  vjp: (g, backward) => [
    () => g.op("Mul", [keptCotangent(g, backward), productOfOthers(g, backward)]),
    null,
  ],
  ints: (context) => {
    const factors = context.inputs[0]!.dims.length === 1 ? context.ints(0) : undefined;
    const counts = factors?.every((factor) => typeof factor === "string" || factor >= 0);
    return counts ? [multiplyDims(factors!)] : undefined;
  },
};

/** One copy of the input per element of a group, along a new first axis. */
function productOfOthers(g: Builder, backward: Backward): string {
  const x = backward.inputs[0]!;
  const { places, count } = placesWithin(g, backward);
  const rank = g.dims(x).length;
  const [zero, one] = [0, 1].map((value) => g.constant(scalar("int64", value)));
  const column = g.ints([-1, ...new Array<number>(rank).fill(1)]);
  const copies = g.op("Reshape", [g.op("Range", [zero!, count, one!]), column]);
  const leftOut = g.op("Equal", [copies, places]);
  const factors = g.op("Where", [leftOut, g.scalar(1, x), x]);
  const axes = axesOf(g, backward).map((axis) => axis + 1);
  const products = axes.length === 0 ? factors : g.op("ReduceProd", [factors, g.ints(axes)]);
  const own = g.op("Mul", [products, mask(g, leftOut, x)]);
  return g.op("ReduceSum", [own, g.ints([0])], { keepdims: 0 });
}
