import { GraphError } from "../error";
import { inlineTensor, type Graph } from "../graph/graph";
import { operators } from "../op/index";
import type { Tensor } from "../tensor";
import type { Program, Runtime, Tensors } from "./runtime";

/**
 * Evaluates a graph with the operators' own `eval`: slow, exact about semantics, and in double precision when the inputs are
 * float64. Parameters must be in memory. Throws `GraphError` for a missing feed.
 */
export function evaluate(graph: Graph, feeds: Tensors, parameters: Tensors = {}): Tensors {
  const values = new Map<string, Tensor>(Object.entries({ ...parameters, ...feeds }));
  for (const [name, parameter] of graph.parameters) {
    const value = inlineTensor(parameter);
    if (value && !values.has(name)) values.set(name, value);
  }
  const get = (name: string): Tensor => {
    const value = values.get(name);
    if (!value) throw new GraphError(name, "has no value: it was not fed");
    return value;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name ? get(name) : undefined));
    const outputs = operators.get(node.op)!.eval(inputs, node);
    node.outputs.forEach((name, i) => name && values.set(name, outputs[i]!));
  }
  return Object.fromEntries(graph.outputs.map((name) => [name, get(name)]));
}

/** The plain TypeScript runtime: always there, for tests and tiny models. */
export function referenceRuntime(read: (graph: Graph, name: string) => Promise<Tensor>): Runtime {
  return {
    id: "reference",
    describe: () =>
      Promise.resolve({ available: true, description: "plain TypeScript, one thread (slow)" }),
    compile: (graph) => loadParameters(graph, read),
  };
}

async function loadParameters(
  graph: Graph,
  read: (graph: Graph, name: string) => Promise<Tensor>,
): Promise<Program> {
  const parameters: Record<string, Tensor> = {};
  let bytes = 0;
  for (const [name, parameter] of graph.parameters) {
    const value = inlineTensor(parameter) ?? (await read(graph, name));
    parameters[name] = value;
    bytes += value.data.byteLength;
  }
  return {
    bytes,
    run: (feeds) => Promise.resolve(evaluate(graph, feeds, parameters)),
    dispose: () => Promise.resolve(),
  };
}
