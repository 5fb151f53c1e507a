import type { Graph } from "../../src/explain/graph/graph";

/** The graph in which some values are fed instead of computed: they become inputs, and what only led to them is left to `prune`. */
export function cut(graph: Graph, values: readonly string[]): Graph {
  const fed = new Set(values);
  const nodes = graph.nodes
    .map((node) => ({
      ...node,
      outputs: node.outputs.map((output) => (fed.has(output) ? "" : output)),
    }))
    .filter(({ outputs }) => outputs.some((output) => output));
  const added = values.map((name) => ({ name, ...graph.types.get(name)! }));
  const inputs = [...graph.inputs.filter(({ name }) => !fed.has(name)), ...added];
  return { ...graph, inputs, nodes };
}
