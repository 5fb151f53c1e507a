import { dimOfOne } from "../../graph/dim";
import type { Dim, Graph } from "../../graph/graph";
import { dtypes, sizeOf, type DType } from "../../tensor";

/**
 * A fair guess of the bytes that a compiled graph holds: its weights, mapped from their file; the copies in the layout of the kernels that
 * onnxruntime makes of those that are not streamed (graph inputs too); and the most that is alive at once while one image runs, which
 * onnxruntime keeps for the next run. (Grad-CAM of one class: ResNet-50 196 MB, measured 194; VGG-16 608 MB, measured 629; of five
 * classes: VGG-16 1,110 MB, measured 1,074.)
 */
export function footprint(graph: Graph): number {
  const streamed = new Set(graph.inputs.map(({ name }) => name));
  const mapped = new Map<string, number>();
  let copied = 0;
  for (const [name, { type, dims, location }] of graph.parameters) {
    const bytes = bytesOf(type, dims);
    mapped.set(location ? `${location.file}:${location.offset}` : name, bytes);
    if (!streamed.has(name)) copied += bytes;
  }
  const weights = [...mapped.values()].reduce((sum, bytes) => sum + bytes, copied);
  return weights + peakOfValues(graph);
}

/** The largest sum of the values that are alive at the same time, of one image. */
function peakOfValues(graph: Graph): number {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, i) => node.inputs.forEach((input) => lastUse.set(input, i)));
  for (const output of graph.outputs) lastUse.set(output, graph.nodes.length);
  let alive = 0;
  let peak = 0;
  const size = (name: string) => {
    const type = graph.parameters.has(name) ? undefined : graph.types.get(name);
    return type ? bytesOf(type.type, type.dims) : 0;
  };
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) alive += size(output);
    peak = Math.max(peak, alive);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if ((lastUse.get(value) ?? i) === i) alive -= size(value);
    }
  });
  return peak;
}

function bytesOf(type: DType, dims: readonly Dim[]): number {
  return sizeOf(dims.map(dimOfOne)) * dtypes[type].bytes;
}
