import type { Dim, Graph } from "../graph/graph";

/** The shape with the number of channels that the convolution behind the input takes, where the file leaves that open. */
export function withChannels(graph: Graph, input: string, dims: readonly Dim[]): readonly Dim[] {
  const place = dims.length === 4 ? firstConvolved(graph, input) : undefined;
  return place && typeof dims[place.axis] === "string"
    ? dims.with(place.axis, place.channels)
    : dims;
}

/** Operators that leave every axis where it is. */
const elementwise: ReadonlySet<string> = new Set([
  ...["Add", "BatchNormalization", "Cast", "Clip", "DequantizeLinear", "Div", "Identity", "Mul"],
  ...["Pad", "QuantizeLinear", "Sub"],
]);

/** Which axis of the input the first convolution that is met takes for channels, and how many it takes. */
function firstConvolved(graph: Graph, input: string) {
  /** Value → for each of its axes the input's axis that lies there. */
  const axes = new Map<string, readonly number[]>([[input, [0, 1, 2, 3]]]);
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const own = inputs.map((name) => axes.get(name)).find(Boolean);
    if (!own) continue;
    if (op === "Conv") {
      const [, filters] = graph.types.get(inputs[1]!)!.dims;
      const channels = Number(filters) * ((attributes["group"] as number | undefined) ?? 1);
      return { axis: own[1]!, channels };
    }
    const perm = attributes["perm"] as readonly number[] | undefined;
    if (op === "Transpose")
      axes.set(outputs[0]!, perm?.map((axis) => own[axis]!) ?? own.toReversed());
    else if (elementwise.has(op)) axes.set(outputs[0]!, own);
  }
  return undefined;
}
