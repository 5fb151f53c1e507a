import { int } from "../../op/helper/attribute";
import { alignedAxis } from "./elementwise";
import { flowOf, type FlowAxis, type FlowRule } from "./flow";
import { whole } from "./layout";

/** Rows of the first, columns of the second; what no image has a part in makes channels. */
export const matMul: FlowRule = (context) => {
  const { dims, layout, inputDims } = context;
  const [a, b] = [layout(0), layout(1)];
  const isMatrix = inputDims(0).length > 1 && inputDims(1).length > 1;
  if (!isMatrix || (!a && !b)) return undefined;
  const rank = dims.length;
  const axes = dims.map((dim, i): FlowAxis | undefined => {
    if (i < rank - 2) return alignedAxis(context, [0, 1], i);
    const [side, known] = i === rank - 2 ? ([0, a] as const) : ([1, b] as const);
    const at = inputDims(side).length - rank + i;
    if (!known) return { axis: whole(side === 1 ? "channel" : "other", dim), from: [] };
    return { axis: known[at]!, from: [[side, at]] };
  });
  return flowOf(axes);
};

export const gemm: FlowRule = ({ node, dims, layout }) => {
  const sides = [layout(0), layout(1)];
  const axes = dims.map((dim, i): FlowAxis => {
    const isTransposed = int(node, i === 0 ? "transA" : "transB") === 1;
    const at = isTransposed ? 1 - i : i;
    const known = sides[i];
    if (!known) return { axis: whole(i === 1 ? "channel" : "other", dim), from: [] };
    return { axis: known[at]!, from: [[i, at]] };
  });
  return sides.some(Boolean) ? { axes } : undefined;
};
