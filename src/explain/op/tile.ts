import { GraphError } from "../error";
import { isConcrete, multiplyDims } from "../graph/dim";
import { openDim } from "./helper/axis";
import type { Op } from "./op";
import { count, select } from "./helper/select";

/** Tile: https://onnx.ai/onnx/operators/onnx__Tile.html */
export const tile: Op = {
  name: "Tile",
  shape: ({ node, inputs: [x], ints }) => {
    const repeats = ints(1);
    const dims = x!.dims.map((dim, axis) =>
      repeats ? multiplyDims([dim, repeats[axis]!]) : openDim(node, axis),
    );
    return [{ type: x!.type, dims }];
  },
  eval: ([x, repeats]) => [
    select(
      x!,
      x!.dims.map((size, axis) => count(size * repeats!.data[axis]!).map((i) => i % size)),
    ),
  ],
  vjp: (g, { node, inputs: [x, repeats], dy }) => [
    () => {
      const times = g.known(repeats!);
      if (!times || !isConcrete(times)) {
        throw new GraphError(
          node.name,
          "has no gradient: the repeats are not known before running",
        );
      }
      // Each repeated axis as two, [times, size], of which the first is summed.
      const dims = g.cotangentDims(x!);
      const lead = dims.length - times.length;
      const repeated = (axis: number) => (times[axis - lead] ?? 1) !== 1;
      const parts = dims.flatMap((dim, axis) =>
        repeated(axis) ? [times[axis - lead]!, dim] : [dim],
      );
      const axes = dims.flatMap((_, axis) => {
        const before = count(axis).filter(repeated).length;
        return repeated(axis) ? [axis + before] : [];
      });
      if (axes.length === 0) return dy;
      return g.op("ReduceSum", [g.reshape(dy, parts), g.ints(axes)], { keepdims: 0 });
    },
    null,
  ],
};
