import { consumers, inlineTensor, type Graph, type Node } from "../../graph/graph";
import { rewrite } from "../../graph/rewrite";
import { scalar, tensor, type Tensor } from "../../tensor";

/**
 * Counts quantized activations from 0 to 255 instead of −128 to 127: the same real numbers. onnxruntime does so itself, but not with the
 * pairs of QuantizeLinear and DequantizeLinear that it adds around moves (Reshape, Transpose …): from opset 21 on these state their element
 * type twice, and it then refuses its own graph (1.30: “output_dtype INT8 does not match y_zero_point type UINT8”).
 */
export function unsignedBytes(graph: Graph): Graph {
  const readers = consumers(graph);
  const moved = new Set(
    graph.nodes.flatMap((node) => {
      const [output] = node.outputs as [string];
      const isSigned = node.op === "QuantizeLinear" && graph.types.get(output)!.type === "int8";
      const all = [node, ...(readers.get(output) ?? [])];
      return isSigned && all.every((each) => isPlain(graph, each, output)) ? [output] : [];
    }),
  );
  if (moved.size === 0) return graph;
  return rewrite(graph, {
    node(g, node) {
      const [x, scale, zero] = node.inputs as [string, string, string?];
      const isMoved = node.op === "QuantizeLinear" ? moved.has(node.outputs[0]!) : moved.has(x);
      if (!isMoved) return void g.append(node);
      const { output_dtype: _, ...attributes } = node.attributes;
      const inputs = [x, scale, g.constant(shifted(zeroOf(graph, zero)!))];
      return void g.append({ ...node, inputs, attributes });
    },
  });
}

/** Whether the node makes the integers, or real numbers of them, with a zero point that is known. */
function isPlain(graph: Graph, { op, inputs }: Node, integers: string): boolean {
  const fits = op === "QuantizeLinear" || (op === "DequantizeLinear" && inputs[0] === integers);
  return fits && !graph.outputs.includes(integers) && zeroOf(graph, inputs[2]) !== undefined;
}

function zeroOf(graph: Graph, zero: string | undefined): Tensor | undefined {
  return zero ? inlineTensor(graph.parameters.get(zero)) : scalar("int8", 0);
}

function shifted({ data, dims }: Tensor): Tensor {
  return tensor(
    "uint8",
    Array.from(data, (value) => value + 128),
    dims,
  );
}
