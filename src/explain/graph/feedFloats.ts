import { dtypes } from "../tensor";
import type { Graph } from "./graph";
import { rewrite } from "./rewrite";

/** Lets an image input that takes bytes be fed float32: a Cast behind it makes them bytes again. */
export function feedFloats(graph: Graph, { name: image }: { readonly name: string }): Graph {
  const { type } = graph.types.get(image)!;
  if (dtypes[type].float) return graph;
  return rewrite(graph, {
    input: (g, input) => {
      if (input.name !== image) return void g.input(input.name, input.type, input.dims);
      return g.op("Cast", [g.input(image, "float32", input.dims)], { to: type });
    },
  });
}
