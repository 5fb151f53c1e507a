import type { Dim, Graph, Node } from "../graph/graph";

/** What an axis of a value stands for. */
export type Axis = "batch" | "channel" | "height" | "width" | "other";

const nchw: readonly Axis[] = ["batch", "channel", "height", "width"];
const nhwc: readonly Axis[] = ["batch", "height", "width", "channel"];

/** Operators whose 4-D data input and output are [batch, channel, height, width] by definition. */
const channelFirst = new Set([
  "Conv",
  "ConvTranspose",
  "MaxPool",
  "AveragePool",
  "LpPool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "BatchNormalization",
  "InstanceNormalization",
  "LRN",
]);

/** Which layout a four-axis image input has: the axis of 1 or 3 channels decides, channels-first when both could be. */
export function imageLayout(dims: readonly Dim[]): "NCHW" | "NHWC" | undefined {
  if (dims.length !== 4) return undefined;
  const isChannels = (dim: Dim | undefined) => dim === 1 || dim === 3;
  if (isChannels(dims[1])) return "NCHW";
  if (isChannels(dims[3])) return "NHWC";
  return undefined;
}

/**
 * What each axis of each value stands for, followed from the image input through the graph; values that it cannot follow (flattened
 * ones, shapes) are absent. Nothing else in Sightline assumes a layout.
 */
export function axesOf(
  graph: Graph,
  input: string,
  layout: "NCHW" | "NHWC",
): ReadonlyMap<string, readonly Axis[]> {
  const axes = new Map<string, readonly Axis[]>([[input, layout === "NCHW" ? nchw : nhwc]]);
  for (const node of graph.nodes) {
    const output = node.outputs[0];
    const rank = graph.types.get(output ?? "")?.dims.length;
    if (!output || rank === undefined) continue;
    const found = axesOfNode(node, rank, axes);
    if (found) axes.set(output, found);
  }
  return axes;
}

function axesOfNode(
  node: Node,
  rank: number,
  axes: ReadonlyMap<string, readonly Axis[]>,
): readonly Axis[] | undefined {
  const first = node.inputs.map((name) => axes.get(name)).find((known) => known !== undefined);
  if (!first) return undefined;
  if (channelFirst.has(node.op)) return rank === 4 ? nchw : undefined;
  if (node.op === "Transpose") {
    const perm = node.attributes["perm"] as readonly number[] | undefined;
    return (perm ?? first.map((_, i) => first.length - 1 - i)).map((axis) => first[axis]!);
  }
  if (
    node.op === "Reshape" ||
    node.op === "Flatten" ||
    node.op === "MatMul" ||
    node.op === "Gemm"
  ) {
    return undefined;
  }
  const sameRank = node.inputs
    .map((name) => axes.get(name))
    .find((known) => known?.length === rank);
  return sameRank;
}
