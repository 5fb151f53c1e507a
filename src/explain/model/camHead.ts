import { producers, type Graph, type Node } from "../graph/graph";
import { neutral } from "./defaultLayer";
import type { Layouts } from "./layout/follow";
import { hasPlaces } from "./layout/layout";
import type { CamHead, Layer } from "./model";
import { stepOver } from "./tail";

/**
 * Finds the head that class activation mapping needs (Zhou et al. 2016, §2): last map → global average pooling → linear layer or
 * 1×1 convolution → logit; or classifier convolution → (Relu) → global average pooling → logit, where the map's channels are the
 * classes (SqueezeNet). Returns the reason in one sentence when the graph has neither.
 */
export function findCamHead(
  graph: Graph,
  logit: string,
  classes: number,
  layers: readonly Layer[],
  layouts: Layouts,
): CamHead | string {
  const layer = layers.find((candidate) => candidate.default);
  if (!layer) return "The model has no spatial map.";
  const makers = producers(graph);
  const top = stepOver(logit, makers);
  if (isGlobalAverage(graph, makers.get(top), layer.name, layouts, makers)) {
    if (layer.channels === classes) return { layer: layer.name };
    return `The last map has ${layer.channels} channels for ${classes} classes.`;
  }
  const linear = linearLayer(graph, top, makers);
  if (!linear)
    return `The logit is made by ${makers.get(top)?.op ?? "nothing"}, not by a linear layer.`;
  const pooled = stepOver(linear.input, makers);
  if (!isGlobalAverage(graph, makers.get(pooled), layer.name, layouts, makers)) {
    return (
      `Between the last map (“${layer.name}”) and the linear layer stands ` +
      `${makers.get(pooled)?.op ?? "the input"}, not global average pooling alone.`
    );
  }
  return { layer: layer.name, weights: linear.weights };
}

/** Whether `node` averages the whole of `map` over height and width. */
function isGlobalAverage(
  graph: Graph,
  node: Node | undefined,
  map: string,
  layouts: Layouts,
  makers: ReadonlyMap<string, Node>,
): boolean {
  const pooled = node?.inputs[0];
  if (!node || !pooled || !isSameMap(pooled, map, makers)) return false;
  const dims = graph.types.get(pooled)!.dims;
  if (node.op === "GlobalAveragePool") return true;
  if (node.op === "AveragePool") {
    const kernel = node.attributes["kernel_shape"] as readonly number[];
    const pads = (node.attributes["pads"] as readonly number[] | undefined) ?? [];
    return kernel[0] === dims[2] && kernel[1] === dims[3] && pads.every((pad) => pad === 0);
  }
  if (node.op !== "ReduceMean") return false;
  const reduced = graph.parameters.get(node.inputs[1] ?? "")?.data;
  const layout = layouts.of(pooled)!;
  const wanted = layout.flatMap((axis, i) => (hasPlaces(axis) ? [i] : []));
  // A class token would be averaged with the grid.
  if (layout.flat().some(({ kind }) => kind === "tokens")) return false;
  const given = [...(reduced ?? [])].map((axis) => (axis < 0 ? axis + dims.length : axis)).sort();
  return given.join() === wanted.join();
}

/** Whether `value` is `map` with its axes in another order at most. */
function isSameMap(value: string, map: string, makers: ReadonlyMap<string, Node>): boolean {
  let current = value;
  for (let maker = makers.get(value); current !== map; maker = makers.get(current)) {
    if (!maker || !neutral.has(maker.op)) return false;
    current = maker.inputs[0]!;
  }
  return true;
}

interface Linear {
  readonly input: string;
  readonly weights: NonNullable<CamHead["weights"]>;
}

/**
 * The linear layer that makes `value`: Gemm, MatMul (+ Add of a bias) or a 1×1 convolution of a 1×1 map. Its weights and bias have
 * nothing to do with the image, so that the map reaches the logit through its input alone.
 */
function linearLayer(
  graph: Graph,
  value: string,
  makers: ReadonlyMap<string, Node>,
): Linear | undefined {
  const fixed = fixedValues(graph);
  let node = makers.get(value);
  while (node?.op === "Add" && node.inputs.some((input) => fixed.has(input))) {
    const product = node.inputs.find((input) => !fixed.has(input));
    node = product === undefined ? undefined : makers.get(stepOver(product, makers));
  }
  if (!node || !isWeighted(node)) return undefined;
  if (node.inputs.slice(1).some((input) => input && !fixed.has(input))) return undefined;
  const [input, weights] = node.inputs as [string, string];
  const rank = graph.types.get(weights)!.dims.length;
  if (node.op === "Conv") {
    const kernel = graph.types.get(weights)!.dims.slice(2);
    if (!kernel.every((dim) => dim === 1) || node.attributes["group"] !== 1) return undefined;
    return { input, weights: { name: weights, transposed: false } };
  }
  if (rank !== 2) return undefined;
  if (node.op === "MatMul") return { input, weights: { name: weights, transposed: true } };
  const plain = node.attributes["alpha"] === 1 && node.attributes["transA"] === 0;
  return plain
    ? { input, weights: { name: weights, transposed: node.attributes["transB"] === 0 } }
    : undefined;
}

function isWeighted(node: Node | undefined): boolean {
  return node?.op === "Gemm" || node?.op === "MatMul" || node?.op === "Conv";
}

/** The values that no image has a part in: parameters, and what is made of them alone. */
function fixedValues({ parameters, nodes }: Graph): ReadonlySet<string> {
  const fixed = new Set(parameters.keys());
  for (const { inputs, outputs } of nodes) {
    if (inputs.every((input) => !input || fixed.has(input)))
      outputs.forEach((output) => fixed.add(output));
  }
  return fixed;
}
