import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import { nodesBetween } from "../../graph/path";
import type { Anatomy } from "../../model/model";
import { layerOf, type LinearLayer } from "./linearLayer";
import { isOnEveryPath, wayBetween, type Way } from "./way";

/** The layer that makes the class scores of the layer below it. */
export interface Classifier {
  readonly layer: LinearLayer;
  /** What it reads: the layer below. */
  readonly below: string;
  /** For a classifier convolution that is pooled into the scores (SqueezeNet): the values from it up to the pooling, whose places are those of the layer below. */
  readonly pooled: ReadonlySet<string>;
}

/** The last layer with constant weights before the class scores; `undefined` where there is none, or another way goes round it. */
export function classifierOf(way: Way, { camHead }: Anatomy): Classifier | undefined {
  const layer = way.nodes.map((node) => layerOf(way, node)).findLast((found) => found);
  const below = layer?.node.inputs[layer.at];
  if (!layer || !below || !isOnEveryPath(way, below)) return undefined;
  const isPooled = typeof camHead !== "string" && !camHead.weights && isByPlace(way, layer.node);
  const nodes = isPooled
    ? [layer.node, ...between(way, layer.node.outputs[0]!, camHead.layer)]
    : [];
  const isPlain = nodes.slice(1).every(({ op }) => plain.has(op));
  const pooled = new Set(isPlain ? nodes.map(({ outputs }) => outputs[0]!) : []);
  return { layer, below, pooled };
}

/** What may stand between a classifier convolution and its pooling. */
const plain: ReadonlySet<string> = new Set(["Relu", "Identity", "Dropout", "Transpose"]);

/** Whether a node is a convolution of single places. */
function isByPlace({ graph: { types } }: Way, { op, attributes, inputs }: Node): boolean {
  if (op !== "Conv" || attributes["group"] !== 1) return false;
  const kernel = types.get(inputs[1]!)!.dims.slice(2);
  const [strides, pads] = [attributes["strides"], attributes["pads"]].map(
    (sizes) => (sizes as readonly number[] | undefined) ?? [],
  );
  return [...kernel, ...strides!].every((size) => size === 1) && pads!.every((pad) => pad === 0);
}

/**
 * The way to scores of which each is one unit, and so has a dual unit: that itself, or, where a classifier convolution is pooled, a head that pools first. The mean of the products is the
 * product of the mean, but for a Relu between.
 */
export function wayToUnits(g: Builder, way: Way, { layer, below, pooled }: Classifier): Way {
  if (pooled.size === 0) return way;
  const inputs = layer.node.inputs.with(layer.at, g.op("GlobalAveragePool", [below]));
  const { kernel_shape: _, ...attributes } = layer.node.attributes;
  const score = g.op("Conv", inputs, attributes);
  return wayBetween(g.finish([]), way.image, score);
}

/** The nodes that numbers take from one value to another. */
export function between({ nodes }: Way, from: string, to: string): readonly Node[] {
  return from === to ? [] : nodesBetween(nodes, [from], to);
}
