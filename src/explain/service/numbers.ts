import type { Graph } from "../graph/graph";

/** Said of models that quantize, by operator. */
const quantizing: Readonly<Record<string, string>> = {
  QuantizeLinear: "quantized",
  DynamicQuantizeLinear: "dynamically quantized",
};
const widened = ["float16", "bfloat16", "float64"] as const;

/**
 * In which numbers a model is computed and explained where those are not its file's own, in one sentence for the user; `undefined` for
 * float32.
 */
export function numbersOf({ nodes, types }: Pick<Graph, "nodes" | "types">): string | undefined {
  const kinds = new Set([...types.values()].map(({ type }) => type));
  const converted = widened.filter((type) => kinds.has(type));
  const kind = nodes.map(({ op }) => quantizing[op]).find((known) => known !== undefined);
  const said = [
    ...(converted.length > 0 ? [`${converted.join(" and ")}, computed in float32`] : []),
    ...(kind ? [`${kind}; explained through its float form, with straight-through gradients`] : []),
  ];
  return said.length > 0 ? said.join("; ") : undefined;
}
