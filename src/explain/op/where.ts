import type { Dim } from "../graph/graph";
import { zeros } from "../tensor";
import { broadcast, broadcastTo, commonDims } from "./helper/elementwise";
import type { Op, ShapeContext } from "./op";
import { mask } from "./helper/rule";

/** Where: https://onnx.ai/onnx/operators/onnx__Where.html */
export const where: Op = {
  name: "Where",
  shape: (context) => broadcast(context, context.inputs[1]!.type),
  eval: ([condition, a, b]) => {
    const dims = commonDims([condition!, a!, b!].map((x) => x.dims));
    const y = zeros(a!.type, dims);
    const [chosen, left, right] = [condition!, a!, b!].map((x) => broadcastTo(x, dims));
    y.data.forEach((_, i) => (y.data[i] = (chosen![i] ? left : right)![i]!));
    return [y];
  },
  vjp: (g, { inputs: [condition], outputs: [y], dy }) => [
    null,
    () => g.op("Mul", [dy, mask(g, condition!, y!)]),
    () => g.op("Mul", [dy, mask(g, g.op("Not", [condition!]), y!)]),
  ],
  ints: chooseInts,
};

/** Exporters write “the size, or 1 where it is −1” this way; the condition must be known, the sizes may be names. */
function chooseInts(context: ShapeContext): readonly Dim[] | undefined {
  const lists = [0, 1, 2].map((i) => context.ints(i));
  if (lists.some((list) => !list) || context.inputs.some((input) => input!.dims.length > 1)) {
    return undefined;
  }
  const length = lists.map((list) => list!.length).find((count) => count !== 1) ?? 1;
  const [condition, a, b] = lists.map((list) => (i: number) => list![list!.length === 1 ? 0 : i]!);
  return Array.from({ length }, (_, i) => (condition!(i) ? a!(i) : b!(i)));
}
