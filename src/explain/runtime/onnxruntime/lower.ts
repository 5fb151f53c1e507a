import type { Graph } from "../../graph/graph";
import { rewrite } from "../../graph/rewrite";
import { lowerings } from "./lowering/index";

/** The same graph with every private operator said in public ones. Names of inputs, outputs and other values stay. */
export function lowerPrivate(graph: Graph): Graph {
  return rewrite(graph, {
    node(g, node) {
      const lowering = lowerings.get(node.op);
      if (!lowering) return void g.append(node);
      const lowered = lowering.lower(g, node);
      const pairs = node.outputs.map((output, i) => [output, lowered[i]!] as const);
      // Readers skip these; they stay only where an output is one of the graph's, whose name must stay.
      for (const [output, value] of pairs) {
        g.append({
          op: "Identity",
          name: node.name,
          inputs: [value],
          outputs: [output],
          attributes: {},
        });
      }
      return new Map(pairs);
    },
  });
}
