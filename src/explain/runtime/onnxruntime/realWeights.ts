import type { Builder } from "../../graph/builder";
import { consumers, producers, type Graph, type Node } from "../../graph/graph";
import { rewrite } from "../../graph/rewrite";
import { broadcastScale } from "../../op/helper/quantization";
import { moves } from "./moves";

/** What onnxruntime makes one kernel on integers of, with the DequantizeLinear of its operands and the QuantizeLinear behind it. */
const products: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Gemm", "MatMul"]);

/**
 * Makes real numbers of quantized weights once, when the graph is opened, wherever no kernel on integers reads them: onnxruntime folds
 * arithmetic on constants, but never a DequantizeLinear. Backward passes turn and transpose weights, and their products are of floats
 * (quantized ResNet-50 with its input gradient: 976 → 640 ms, the float one 628).
 */
export function realWeights(graph: Graph): Graph {
  const isFixed = (value: string) => !value || graph.parameters.has(value);
  const weights = new Map(
    graph.nodes
      .filter(({ op, inputs }) => op === "DequantizeLinear" && inputs.every(isFixed))
      .map((node) => [node.outputs[0]!, node]),
  );
  if (weights.size === 0) return graph;
  const around = { graph, makers: producers(graph), readers: consumers(graph) };
  const made = new Map<string, string>();
  return rewrite(graph, {
    node(g, node) {
      const inputs = node.inputs.map((input) => {
        const weight = weights.get(input);
        if (!weight || onIntegers(node, input, around)) return input;
        const value = made.get(input) ?? real(g, weight);
        made.set(input, value);
        return value;
      });
      g.append({ ...node, inputs });
      return undefined;
    },
  });
}

/** What onnxruntime takes into the kernel when the QuantizeLinear behind it does the same. */
const absorbed: ReadonlySet<string> = new Set(["Relu", "Clip"]);

interface Surroundings {
  readonly graph: Graph;
  readonly makers: ReadonlyMap<string, Node>;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
}

/** Whether a product reads weights beside quantized activations, and its result is quantized and otherwise not used. */
function onIntegers({ op, inputs, outputs }: Node, weights: string, around: Surroundings): boolean {
  if (!products.has(op) || inputs[0] === weights) return false;
  if (!isDequantized(inputs[0]!, around)) return false;
  return op === "MatMul" || isOnlyQuantized(outputs[0]!, around);
}

function isDequantized(value: string, around: Surroundings): boolean {
  const maker = around.makers.get(value);
  if (!maker) return false;
  return (
    maker.op === "DequantizeLinear" ||
    (moves.has(maker.op) && isDequantized(maker.inputs[0]!, around))
  );
}

function isOnlyQuantized(value: string, around: Surroundings): boolean {
  const [reader, ...others] = around.readers.get(value) ?? [];
  if (!reader || others.length > 0 || around.graph.outputs.includes(value)) return false;
  if (reader.op === "QuantizeLinear") return true;
  return absorbed.has(reader.op) && isOnlyQuantized(reader.outputs[0]!, around);
}

/** (x − zero point) · scale, in operators that are folded. */
function real(g: Builder, node: Node): string {
  const [x, scale, zero] = node.inputs as [string, string, string?];
  const floats = (value: string) => g.op("Cast", [value], { to: g.type(scale) });
  const steps = zero
    ? g.op("Sub", [floats(x), broadcastScale(g, node, floats(zero), x)])
    : floats(x);
  return g.op("Mul", [steps, broadcastScale(g, node, scale, x)]);
}
