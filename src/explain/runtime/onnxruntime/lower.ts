import type { Graph } from "../../graph/graph";
import { rewrite } from "../../graph/rewrite";
import { lowerings } from "./lowering/index";

/**
 * The same graph in public operators only, in forms that onnxruntime runs. The names of its inputs and outputs stay, as do those of
 * all values that are not lowered.
 */
export function lowerPrivate(graph: Graph): Graph {
  return rewrite(graph, {
    node(g, node) {
      const lowered = lowerings.get(node.op)?.lower(g, node);
      if (!lowered) return void g.append(node);
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
