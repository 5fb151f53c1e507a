import { batchName } from "./concretize";
import { dimNames, multiplyDims, divideDims } from "./dim";
import type { Dim, Graph } from "./graph";
import { rewrite } from "./rewrite";

/**
 * The graph for runs of exactly `images` images: every size is a number. A runtime that knows all sizes optimizes more: onnxruntime keeps a whole
 * backward pass in its blocked layout (SqueezeNet's to the input takes a third less time).
 */
export function fixBatch(graph: Graph, images: number): Graph {
  const fixed = (dim: Dim): Dim => {
    const names = dimNames(dim).filter((name) => name === batchName);
    const others = names.reduce<Dim>((rest, name) => divideDims(rest, name)!, dim);
    return multiplyDims([others, ...names.map(() => images)]);
  };
  return rewrite(graph, {
    input: (g, { name, type, dims }) => void g.input(name, type, dims.map(fixed)),
  });
}
