import { castTo, type DType, type Tensor } from "../tensor";
import { inlineTensor, type AttributeValue, type Graph } from "./graph";
import { rewrite } from "./rewrite";

/** What is computed in float32 instead: runtimes have few kernels for the others, and gradients need float32's range. */
const converted: ReadonlySet<DType> = new Set(["float16", "bfloat16", "float64"]);

/**
 * Computes a float16, bfloat16 or float64 model in float32: inputs, outputs and everything between become float32. Parameters in
 * files stay as they are, under their names, with a Cast behind them; those in memory are converted. Attributes that name an
 * element type (Cast's `to`) or hold a tensor (ConstantOfShape's `value`) follow. A graph without such values is returned as it is.
 */
export function toFloat32(graph: Graph): Graph {
  if (![...graph.types.values()].some(({ type }) => converted.has(type))) return graph;
  return rewrite(graph, {
    input: (g, { name, type, dims }) => g.input(name, computed(type), dims),
    parameter: (g, name, parameter) => {
      const inline = inlineTensor(parameter);
      if (inline) return g.parameter(name, computedTensor(inline));
      g.parameter(name, parameter);
      return converted.has(parameter.type) ? g.op("Cast", [name], { to: "float32" }) : name;
    },
    node: (g, node) => {
      const attributes = Object.entries(node.attributes);
      g.append({
        ...node,
        attributes: Object.fromEntries(
          attributes.map(([name, value]) => [name, computedAttribute(value)]),
        ),
      });
      return undefined;
    },
  });
}

function computed(type: DType): DType {
  return converted.has(type) ? "float32" : type;
}

function computedTensor(tensor: Tensor): Tensor {
  return castTo(tensor, computed(tensor.type));
}

function computedAttribute(value: AttributeValue): AttributeValue {
  if (typeof value === "string") return computed(value as DType);
  if (typeof value === "object" && "data" in value) return computedTensor(value);
  return value;
}
