import { GraphError } from "../error";
import type { Graph, NamedValue, Node, ValueType } from "./graph";

/**
 * Keeps what the wanted outputs need and nothing else: nodes, parameters, inputs and types. Order and names stay. Throws
 * `GraphError` for an output that the graph does not have.
 */
export function prune(graph: Graph, outputs: readonly string[] = graph.outputs): Graph {
  const needed = new Set(outputs);
  const nodes = neededNodes(graph.nodes, needed);
  const inputs = graph.inputs.filter(({ name }) => needed.has(name));
  const parameters = new Map([...graph.parameters].filter(([name]) => needed.has(name)));
  const made = new Set([
    ...inputs.map(({ name }) => name),
    ...parameters.keys(),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  const missing = outputs.find((output) => !made.has(output));
  if (missing !== undefined) throw new GraphError(missing, "is not a value of this graph");
  const types = new Map<string, ValueType>([...graph.types].filter(([name]) => made.has(name)));
  return { inputs, outputs, nodes, parameters, types };
}

/** The inputs that the wanted outputs depend on. */
export function neededInputs(
  graph: Graph,
  outputs: readonly string[] = graph.outputs,
): readonly NamedValue[] {
  const needed = new Set(outputs);
  neededNodes(graph.nodes, needed);
  return graph.inputs.filter(({ name }) => needed.has(name));
}

/** The nodes that lead to `needed`, which gains everything that they read. */
export function neededNodes(nodes: readonly Node[], needed: Set<string>): Node[] {
  return nodes
    .toReversed()
    .filter((node) => {
      const leads = node.outputs.some((output) => needed.has(output));
      if (leads) node.inputs.forEach((input) => input && needed.add(input));
      return leads;
    })
    .reverse();
}
