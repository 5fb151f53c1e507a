import { Builder } from "./builder";
import type { Graph, NamedValue, Node, Parameter } from "./graph";
import { prune } from "./prune";

/** Value name → the name of the value that takes its place. */
export type Replacements = ReadonlyMap<string, string> | undefined;

/** What a pass does differently from copying. What is left out is copied. */
export interface Rewriting {
  /** Adds an input; returns the value that its readers shall read, if it is another. */
  input?(g: Builder, input: NamedValue): string | void;
  /** Adds a parameter; returns the value that its readers shall read, if it is another. */
  parameter?(g: Builder, name: string, parameter: Parameter): string | void;
  /** Adds a node, whose inputs are already replaced; returns what its readers shall read instead of its outputs. */
  node?(g: Builder, node: Node): Replacements;
}

/**
 * The frame of every pass that changes nodes: makes the graph anew, so that shapes are inferred anew, in the same order and with the
 * same names; what nobody reads any more is dropped. The graph's outputs keep their names, since the node that makes one stays even
 * where its readers are sent elsewhere.
 */
export function rewrite(graph: Graph, rewriting: Rewriting): Graph {
  const g = new Builder("model", graph.types);
  const replaced = new Map<string, string>();
  for (const input of graph.inputs) {
    if (!rewriting.input) g.input(input.name, input.type, input.dims);
    else replaced.set(input.name, rewriting.input(g, input) ?? input.name);
  }
  for (const [name, parameter] of graph.parameters) {
    if (!rewriting.parameter) g.parameter(name, parameter);
    else replaced.set(name, rewriting.parameter(g, name, parameter) ?? name);
  }
  for (const node of graph.nodes) {
    const moved = { ...node, inputs: node.inputs.map((input) => replaced.get(input) ?? input) };
    if (!rewriting.node) g.append(moved);
    else rewriting.node(g, moved)?.forEach((to, from) => replaced.set(from, to));
  }
  return prune(g.finish(graph.outputs));
}
