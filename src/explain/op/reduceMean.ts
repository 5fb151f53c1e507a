import type { Builder } from "../graph/builder";
import { multiplyDims } from "../graph/dim";
import type { Backward, Op } from "./op";
import { axesOf, keptCotangent, reduction, spread } from "./helper/reduction";
import { scale } from "./helper/rule";

/**
 * ReduceMean: https://onnx.ai/onnx/operators/onnx__ReduceMean.html. The mean of no numbers, which ONNX leaves open, is NaN as in PyTorch; onnxruntime
 * makes it 0.
 */
export const reduceMean: Op = {
  name: "ReduceMean",
  ...reduction((values) => values.reduce((a, b) => a + b, 0) / values.length),
  vjp: (g, backward) => [() => spread(g, backward, share(g, backward)), null],
};

/** The cotangent divided by the number of averaged values, which may be known only at run time. */
function share(g: Builder, backward: Backward): string {
  const { inputs, outputs } = backward;
  const dy = keptCotangent(g, backward);
  const dims = g.dims(inputs[0]!);
  const count = multiplyDims(axesOf(g, backward).map((axis) => dims[axis]!));
  if (typeof count === "number") return scale(g, dy, 1 / count);
  const sizes = [inputs[0]!, outputs[0]!].map((value) => g.op("Size", [value]));
  return g.op("Div", [dy, g.op("Cast", [g.op("Div", sizes)], { to: g.type(dy) })]);
}
