import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import { nodesBetween } from "../../graph/path";

/** A constant that the network adds. */
export interface Bias {
  /** The value that it is a summand of. */
  readonly value: string;
  /** It, in a shape that broadcasts to that of `value`. */
  readonly bias: string;
}

/**
 * The biases on the way from `image` to `score`: of convolutions and linear layers, also where they are added by a node of their own, and what BatchNormalization adds,
 * B − scale·mean/√(var + ε). A BatchNormalization that was folded into the layer before it is in that layer's bias.
 */
export function biasesBetween(g: Builder, image: string, score: string): Bias[] {
  const nodes = nodesBetween(g.nodes, [image], score);
  const made = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const isConstant = (name: string) => name !== image && !made.has(name);
  return nodes.flatMap((node) => {
    const bias = kinds[node.op]?.(g, node, { made, isConstant });
    return bias === undefined ? [] : [{ value: node.outputs[0]!, bias }];
  });
}

interface Surroundings {
  /** The nodes on the way, by what they make. */
  readonly made: ReadonlyMap<string, Node>;
  isConstant(name: string): boolean;
}

type Kind = (g: Builder, node: Node, surroundings: Surroundings) => string | undefined;

const alongChannels = (g: Builder, bias: string, { outputs }: Node): string => {
  const channels = g.dims(bias)[0]!;
  return g.reshape(bias, [
    channels,
    ...g
      .dims(outputs[0]!)
      .slice(2)
      .map(() => 1),
  ]);
};

const convolution: Kind = (g, node) => {
  const bias = node.inputs[2];
  return bias ? alongChannels(g, bias, node) : undefined;
};

/** Layers whose bias may be added behind them. */
const products: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "MatMul", "Gemm"]);

/** By operator; `undefined` = this node adds nothing. */
const kinds: Readonly<Record<string, Kind>> = {
  Conv: convolution,
  ConvTranspose: convolution,
  Gemm: (g, { inputs: [, , bias], attributes }) => {
    if (!bias) return undefined;
    const beta = attributes["beta"] as number;
    return beta === 1 ? bias : g.op("Mul", [bias, g.scalar(beta, bias)]);
  },
  BatchNormalization(g, node) {
    const [, scale, shift, mean, variance] = node.inputs as [
      string,
      string,
      string,
      string,
      string,
    ];
    const epsilon = g.scalar(node.attributes["epsilon"] as number, variance);
    const deviation = g.op("Sqrt", [g.op("Add", [variance, epsilon])]);
    const moved = g.op("Div", [g.op("Mul", [scale, mean]), deviation]);
    return alongChannels(g, g.op("Sub", [shift, moved]), node);
  },
  Add(_g, { inputs }, { made, isConstant }) {
    const [bias, ...others] = inputs.filter(isConstant);
    const layer = made.get(inputs.find((input) => !isConstant(input))!);
    return others.length === 0 && layer && products.has(layer.op) ? bias : undefined;
  },
};
