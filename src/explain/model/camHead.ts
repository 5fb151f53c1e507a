import { consumers, producers, type Graph, type Node } from "../graph/graph";
import type { Axis } from "./axes";
import { neutral } from "./layers";
import type { CamHead, Layer } from "./model";
import { stepOver } from "./score";

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
  axes: ReadonlyMap<string, readonly Axis[]>,
): CamHead | string {
  const layer = layers.find((candidate) => candidate.default);
  if (!layer) return "The model has no spatial map.";
  const makers = producers(graph);
  const readers = consumers(graph);
  const top = stepOver(logit, makers);
  if (isGlobalAverage(graph, makers.get(top), layer.name, axes, makers)) {
    if (layer.channels === classes) return { layer: layer.name };
    return `The last map has ${layer.channels} channels for ${classes} classes.`;
  }
  const linear = linearLayer(graph, top, makers);
  if (!linear)
    return `The logit is made by ${makers.get(top)?.op ?? "nothing"}, not by a linear layer.`;
  const pooled = stepOver(linear.input, makers);
  if (!isGlobalAverage(graph, makers.get(pooled), layer.name, axes, makers)) {
    return (
      `Between the last map (“${layer.name}”) and the linear layer stands ` +
      `${makers.get(pooled)?.op ?? "the input"}, not global average pooling alone.`
    );
  }
  if (readers.get(layer.name)!.filter(({ op }) => op !== "Shape").length > 1)
    return `The last map (“${layer.name}”) is read by more than the pooling.`;
  return { layer: layer.name, weights: linear.weights };
}

/** Whether `node` averages the whole of `map` over height and width. */
function isGlobalAverage(
  graph: Graph,
  node: Node | undefined,
  map: string,
  axes: ReadonlyMap<string, readonly Axis[]>,
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
  const wanted = axes
    .get(pooled)!
    .flatMap((axis, i) => (axis === "height" || axis === "width" ? [i] : []));
  const given = [...(reduced ?? [])].map((axis) => (axis < 0 ? axis + dims.length : axis)).sort();
  return given.join() === wanted.join();
}

/** Whether `value` is `map` with its axes in another order at most. */
function isSameMap(value: string, map: string, makers: ReadonlyMap<string, Node>): boolean {
  if (value === map) return true;
  const maker = makers.get(value);
  return maker !== undefined && neutral.has(maker.op) && isSameMap(maker.inputs[0]!, map, makers);
}

interface Linear {
  readonly input: string;
  readonly weights: NonNullable<CamHead["weights"]>;
}

/** The linear layer that makes `value`: Gemm, MatMul (+ Add of a bias) or a 1×1 convolution of a 1×1 map. */
function linearLayer(
  graph: Graph,
  value: string,
  makers: ReadonlyMap<string, Node>,
): Linear | undefined {
  const node = makers.get(value);
  if (node?.op === "Add") {
    const product = node.inputs
      .map((input) => stepOver(input, makers))
      .find((input) => isWeighted(makers.get(input)));
    const bias = node.inputs.some((input) => graph.parameters.has(stepOver(input, makers)));
    return product && bias ? linearLayer(graph, product, makers) : undefined;
  }
  if (!node || !isWeighted(node)) return undefined;
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
