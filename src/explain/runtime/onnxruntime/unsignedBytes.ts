import { consumers, inlineTensor, type Graph, type Node } from "../../graph/graph";
import { rewrite } from "../../graph/rewrite";
import { scalar, tensor, type Tensor } from "../../tensor";
import { moves } from "./moves";

/**
 * Counts quantized activations from 0 to 255 instead of −128 to 127: the same real numbers. onnxruntime does so itself, but not with the
 * pairs of QuantizeLinear and DequantizeLinear that it adds around moves (Reshape, Transpose …): from opset 21 on these state their element
 * type twice, and it then refuses its own graph (1.30: “output_dtype INT8 does not match y_zero_point type UINT8”). Only activations that
 * are moved so are changed: of values counted from 0 it makes more kernels on integers, which round a few sums to the neighbour.
 */
export function unsignedBytes(graph: Graph): Graph {
  const readers = consumers(graph);
  const moved = new Set(
    graph.nodes.flatMap((node) => {
      const [output] = node.outputs as [string];
      const isSigned = node.op === "QuantizeLinear" && graph.types.get(output)!.type === "int8";
      const made = readers.get(output) ?? [];
      const isPossible = [node, ...made].every((each) => isPlain(graph, each, output));
      const isNeeded = made.some(({ outputs: [real] }) => isMoved(real!, readers));
      return isSigned && isPossible && isNeeded ? [output] : [];
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

/** Whether something but a QuantizeLinear reads the real numbers in another order. */
function isMoved(real: string, readers: ReadonlyMap<string, readonly Node[]>): boolean {
  const moved = (readers.get(real) ?? []).filter(({ op }) => moves.has(op));
  return moved.some(({ outputs: [output] }) =>
    (readers.get(output!) ?? []).some(({ op }) => op !== "QuantizeLinear"),
  );
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
