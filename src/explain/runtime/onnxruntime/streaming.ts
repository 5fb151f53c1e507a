import { multiplyDims } from "../../graph/dim";
import type { Graph, NamedValue, Node, Parameter } from "../../graph/graph";
import { prune } from "../../graph/prune";

/** Weights below this size are not worth a name of their own. */
const minBytes = 2 ** 20;

/**
 * Marks the matrices that are better read as they lie. onnxruntime makes a packed copy of every constant matrix when it opens a
 * graph, which pays when many rows are multiplied by it. A classifier's last layers multiply one row per image: packing then takes
 * seconds and as much memory as the weights for nothing (VGG-16 with Grad-CAM of one class: 3.7 → 0.2 s to open, 1,487 → 653 MB, one
 * image takes as long as before, a batch of 8 takes 8 % longer). It leaves alone what is not constant, and an initializer that is also a
 * graph input is not constant.
 *
 * Returns a graph for the ONNX writer only: such matrices get a second name that is input and parameter at once.
 */
export function streamSingleRows(graph: Graph): Graph {
  const inputs = new Map<string, NamedValue>();
  const parameters = new Map(graph.parameters);
  const nodes = graph.nodes.map((node): Node => {
    const weights = node.inputs[1] ?? "";
    const parameter = graph.parameters.get(weights);
    if (!parameter || !isBig(parameter) || !multipliesSingleRow(graph, node)) return node;
    const name = `sightline/streamed/${weights}`;
    const { type, dims } = parameter;
    inputs.set(name, { name, type, dims });
    parameters.set(name, parameter);
    return { ...node, inputs: node.inputs.with(1, name) };
  });
  const types = new Map([...graph.types, ...inputs]);
  return prune({
    ...graph,
    inputs: [...graph.inputs, ...inputs.values()],
    parameters,
    nodes,
    types,
  });
}

function isBig({ location }: Parameter): boolean {
  return (location?.length ?? 0) >= minBytes;
}

/** Whether the node is a matrix product whose left side has one row, or one for each image. */
function multipliesSingleRow(graph: Graph, { op, inputs, attributes }: Node): boolean {
  if (op !== "MatMul" && op !== "Gemm") return false;
  const left = graph.types.get(inputs[0]!)!.dims;
  const right = graph.types.get(inputs[1]!)!.dims;
  if (right.length !== 2 || attributes["transA"] === 1) return false;
  const rows = multiplyDims(left.slice(0, -1));
  return (
    rows === 1 || graph.inputs.some(({ dims }) => typeof rows === "string" && dims.includes(rows))
  );
}
