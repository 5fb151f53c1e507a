import { inlineTensor, type Graph, type Node } from "../graph/graph";
import type { Tensor } from "../tensor";

/** Operators whose output holds no other numbers than their first input. */
const repeating = new Set([
  ...["Identity", "Cast", "CastLike", "Expand", "Tile"],
  ...["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose"],
]);

/** The number that all elements of a value are before anything runs; `undefined` where they differ or are computed. */
export function constantNumber(
  graph: Graph,
  makers: ReadonlyMap<string, Node>,
  value: string,
): number | undefined {
  const maker = makers.get(value);
  if (!maker) return single(inlineTensor(graph.parameters.get(value)));
  if (maker.op === "ConstantOfShape") return single(maker.attributes["value"] as Tensor);
  return repeating.has(maker.op) ? constantNumber(graph, makers, maker.inputs[0]!) : undefined;
}

function single(value: Tensor | undefined): number | undefined {
  const first = value?.data[0];
  return value?.data.every((one) => one === first) ? first : undefined;
}
