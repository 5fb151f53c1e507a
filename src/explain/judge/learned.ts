import { consumers, producers, type Graph, type Node } from "../graph/graph";
import { neededNodes } from "../graph/prune";
import { dtypes, sizeOf } from "../tensor";

/** Operators that make a layer of their own, with the inputs that are learned. */
const layers: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [0, 1, 2],
  MatMul: [0, 1],
};

/** Operators with learned inputs that belong to the layer before them: norms, biases, slopes, tables of tokens and positions. */
const companions: Readonly<Record<string, readonly number[]>> = {
  Add: [0, 1],
  BatchNormalization: [1, 2, 3, 4],
  Concat: [0, 1, 2, 3],
  Div: [0, 1],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  Mul: [0, 1],
  PRelu: [1],
  Sub: [0, 1],
};

/** Operators that hand a learned number on as it is, from their first input. */
const carriers: ReadonlySet<string> = new Set([
  ...["Cast", "DequantizeLinear", "Expand", "Gather", "Identity", "QuantizeLinear", "Reshape"],
  ...["Resize", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze"],
]);

/**
 * The learned parameters of what leads from the image to `score`, layer by layer from the score down: a convolution or a matrix with its bias, and the norms, biases and
 * tables that follow it. Each parameter is in the first layer that has it.
 */
export function learnedLayers(graph: Graph, image: string, score: string): string[][] {
  const ways = waysFrom(graph, image);
  const nodes = neededNodes(graph.nodes, new Set([score])).filter(({ outputs }) =>
    outputs.some((output) => ways.has(output)),
  );
  const makers = producers(graph);
  const taken = new Set<string>();
  const found: string[][] = [];
  let pending: string[] = [];
  for (const node of nodes.toReversed()) {
    for (const name of learnedBy(node, graph, makers)) {
      if (taken.has(name)) continue;
      taken.add(name);
      pending.push(name);
    }
    if (!(node.op in layers) || pending.length === 0) continue;
    found.push(pending);
    pending = [];
  }
  if (pending.length > 0) found.push([...(found.pop() ?? []), ...pending]);
  return found;
}

/** Every value that depends on the image. */
function waysFrom(graph: Graph, image: string): ReadonlySet<string> {
  const readers = consumers(graph);
  const reached = new Set([image]);
  for (const value of reached) {
    for (const { outputs } of readers.get(value) ?? []) outputs.forEach((one) => reached.add(one));
  }
  return reached;
}

function learnedBy(node: Node, graph: Graph, makers: ReadonlyMap<string, Node>): string[] {
  const places = layers[node.op] ?? companions[node.op] ?? [];
  return places.flatMap((place) => behind(node.inputs[place] ?? "", graph, makers) ?? []);
}

/** The learned parameter that a value is, or is handed on from; one number alone is a setting. */
function behind(
  value: string,
  graph: Graph,
  makers: ReadonlyMap<string, Node>,
): string | undefined {
  let isReal = false;
  let name = value;
  for (let maker = makers.get(name); maker && carriers.has(maker.op); maker = makers.get(name)) {
    isReal ||= maker.op === "DequantizeLinear";
    name = maker.inputs[0]!;
  }
  const parameter = graph.parameters.get(name);
  if (!parameter || sizeOf(parameter.dims) < 2) return undefined;
  return isReal || dtypes[parameter.type].float ? name : undefined;
}
