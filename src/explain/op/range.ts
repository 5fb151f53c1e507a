import { isConcrete } from "../graph/dim";
import type { Dim } from "../graph/graph";
import { tensor } from "../tensor";
import { openDim } from "./helper/axis";
import type { Op } from "./op";
import { count } from "./helper/select";

/** Range: https://onnx.ai/onnx/operators/onnx__Range.html */
export const range: Op = {
  name: "Range",
  shape: ({ node, inputs: [start], ints }) => {
    const bounds = [0, 1, 2].map((i) => ints(i)?.[0]);
    return [{ type: start!.type, dims: [length(bounds) ?? openDim(node, 0)] }];
  },
  eval: (inputs) => {
    const [start, limit, delta] = inputs.map((input) => input!.data[0]!);
    const steps = count(length([start, limit, delta]) as number);
    return [
      tensor(
        inputs[0]!.type,
        steps.map((i) => start! + i * delta!),
      ),
    ];
  },
  vjp: () => [null, null, null],
};

function length(bounds: readonly (Dim | undefined)[]): Dim | undefined {
  if (bounds.some((bound) => bound === undefined)) return undefined;
  const known = bounds as Dim[];
  const [start, limit, delta] = known;
  if (!isConcrete(known)) return start === 0 && delta === 1 ? limit : undefined;
  return Math.max(0, Math.ceil((known[1]! - known[0]!) / known[2]!));
}
