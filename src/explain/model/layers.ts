import { isConcrete } from "../graph/dim";
import { nodesBetween } from "../graph/path";
import { producers, type Graph, type Node } from "../graph/graph";
import type { Axis } from "./axes";
import type { Layer } from "./model";

/** Operators that make a map smaller without features of their own. */
const pooling = new Set([
  "MaxPool",
  "AveragePool",
  "LpPool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "ReduceMean",
  "ReduceMax",
]);
/** Operators that pass every number of a map on, at most in another order. */
export const neutral: ReadonlySet<string> = new Set(["Identity", "Dropout", "Cast", "Transpose"]);

type Spatial = Omit<Layer, "default">;

/**
 * Every value with rows and columns (height · width > 1) between the image and the logit, in the graph's order; exactly one is the
 * default when there is any.
 *
 * The default is the last spatial map before pooling: from the logit back to the first spatial value, then back over pooling.
 */
export function findLayers(
  graph: Graph,
  input: string,
  logit: string,
  axes: ReadonlyMap<string, readonly Axis[]>,
): { layers: Layer[]; reason: string } {
  const makers = producers(graph);
  const onPath = new Set(
    nodesBetween(graph.nodes, [input], logit).flatMap(({ outputs }) => outputs),
  );
  const spatial = new Map<string, Spatial>();
  for (const node of graph.nodes) {
    const name = node.outputs[0]!;
    const layer = onPath.has(name) && describe(graph, node, axes.get(name));
    if (layer) spatial.set(name, layer);
  }
  const found = lastMap(graph, logit, makers, onPath, spatial);
  const layers = [...spatial.values()].map((layer) => ({
    ...layer,
    default: layer.name === found?.name,
  }));
  return {
    layers,
    reason: found?.reason ?? "No value between the image and the logit has rows and columns.",
  };
}

function describe(
  graph: Graph,
  node: Node,
  axes: readonly Axis[] | undefined,
): Spatial | undefined {
  const name = node.outputs[0]!;
  const dims = graph.types.get(name)!.dims;
  if (!axes || axes.length !== 4 || dims.length !== 4 || !isConcrete(dims.slice(1)))
    return undefined;
  const size = (axis: Axis) => dims[axes.indexOf(axis)] as number;
  const [channels, height, width] = [size("channel"), size("height"), size("width")];
  return height * width > 1 ? { name, op: node.op, channels, height, width } : undefined;
}

function lastMap(
  graph: Graph,
  logit: string,
  makers: ReadonlyMap<string, Node>,
  onPath: ReadonlySet<string>,
  spatial: ReadonlyMap<string, Spatial>,
): { name: string; reason: string } | undefined {
  const frontier = new Set<string>();
  const visited = new Set<string>();
  const visit = (value: string): void => {
    if (visited.has(value) || !onPath.has(value)) return;
    visited.add(value);
    if (spatial.has(value)) frontier.add(value);
    else makers.get(value)?.inputs.forEach(visit);
  };
  visit(logit);
  let name = [...spatial.keys()].findLast((value) => frontier.has(value));
  if (name === undefined) return undefined;
  let crossed = "";
  for (;;) {
    const maker: Node = makers.get(name)!;
    const before: string = maker.inputs[0]!;
    if (!spatial.has(before) || !(pooling.has(maker.op) || neutral.has(maker.op))) break;
    if (pooling.has(maker.op)) crossed = maker.op;
    name = before;
  }
  const reader =
    crossed || graph.nodes.find((node) => node.inputs.includes(name))?.op || "the output";
  const { op, channels, height, width } = spatial.get(name)!;
  return {
    name,
    reason: `The last spatial map before the classifier: ${channels} channels of ${height}×${width}, made by ${op}, read by ${reader}.`,
  };
}
