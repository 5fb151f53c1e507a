import { dimOfOne } from "../../graph/dim";
import type { Dim, Graph } from "../../graph/graph";
import { dtypes, sizeOf, type DType } from "../../tensor";

/**
 * A fair guess of the bytes that a compiled graph holds: its weights, which are mapped from their file and mostly copied once more into
 * the layout of the kernels, and the most that is alive at once while one image runs, which onnxruntime keeps for the next run.
 */
export function footprint(graph: Graph): number {
  const weights = [...graph.parameters.values()].map(({ type, dims }) => bytesOf(type, dims));
  return 2 * weights.reduce((sum, bytes) => sum + bytes, 0) + peakOfValues(graph);
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
