import { dtypes, scalar, tensor } from "../tensor";
import type { Graph } from "./graph";
import { rewrite } from "./rewrite";

/**
 * Lets an image input that takes bytes be fed float32: behind it they are rounded to bytes again. QuantizeLinear with steps of 1 does it, so
 * that gradients go straight through.
 */
export function feedFloats(graph: Graph, { name: image }: { readonly name: string }): Graph {
  const { type } = graph.types.get(image)!;
  if (dtypes[type].float) return graph;
  return rewrite(graph, {
    input: (g, input) => {
      if (input.name !== image) return void g.input(input.name, input.type, input.dims);
      const floats = g.input(image, "float32", input.dims);
      const [step, zero] = [scalar("float32", 1), tensor(type, [0], [])];
      return g.op("QuantizeLinear", [floats, g.constant(step), g.constant(zero)]);
    },
  });
}
