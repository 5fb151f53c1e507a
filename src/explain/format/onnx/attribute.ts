import type { UnsupportedOpError } from "../../error";
import { inlineTensor, type Attributes, type AttributeValue } from "../../graph/graph";
import { decodeText } from "../text";
import { dtypeOf, elementTypeName } from "./elementType";
import { attributeTypes, type AttributeProto, type NodeProto } from "./proto";
import type { TensorReader } from "./tensor";

/** Attributes that hold an element type: a `DType` in the graph, ONNX's number in a file. */
export const elementTypeAttributes: ReadonlySet<string> = new Set(["to", "dtype", "output_dtype"]);

/** The attributes of a node as the graph has them. Throws `UnsupportedOpError` for inner graphs and the like. */
export async function readAttributes(
  node: NodeProto,
  tensors: TensorReader,
  refuse: Refuse,
): Promise<Attributes> {
  const attributes: Record<string, AttributeValue> = {};
  for (const attribute of node.attribute) {
    const name = attribute.name ?? "";
    // QuantizeLinear and DequantizeLinear: 0 = as the inputs say.
    if (name === "output_dtype" && !attribute.i) continue;
    // As runtimes take it: no padding of its own.
    if (name === "auto_pad" && attribute.s?.length === 0) continue;
    attributes[name] = elementTypeAttributes.has(name)
      ? elementType(attribute, refuse)
      : await readValue(attribute, tensors, refuse);
  }
  return attributes;
}

/** Makes the error for a node that cannot be taken over; `detail` continues “operator X (node “y”) …”, `remedy` says what to do. */
export type Refuse = (detail: string, remedy?: string) => UnsupportedOpError;

async function readValue(
  attribute: AttributeProto,
  tensors: TensorReader,
  refuse: Refuse,
): Promise<AttributeValue> {
  switch (attribute.type || impliedType(attribute)) {
    case attributeTypes.float:
      return attribute.f ?? 0;
    case attributeTypes.int:
      return attribute.i ?? 0;
    case attributeTypes.string:
      return decodeText(attribute.s ?? new Uint8Array());
    case attributeTypes.floats:
      return attribute.floats;
    case attributeTypes.ints:
      return attribute.ints;
    case attributeTypes.strings:
      return attribute.strings.map(decodeText);
    case attributeTypes.tensor: {
      if (!attribute.t) throw refuse(`lacks the value of its attribute ${attribute.name}`);
      const value = inlineTensor(await tensors.read(attribute.t, attribute.name ?? ""));
      if (value) return value;
      throw refuse(
        `holds more than 4096 bytes in its attribute ${attribute.name}, which is not supported`,
      );
    }
    case attributeTypes.graph:
      throw refuse(
        `holds an inner graph in its attribute ${attribute.name}, which is not supported`,
      );
    default:
      throw refuse(`has the attribute ${attribute.name} of a kind that is not supported`);
  }
}

/** Files of IR version 1 do not say an attribute's type. */
function impliedType(attribute: AttributeProto): number {
  if (attribute.f !== undefined) return attributeTypes.float;
  if (attribute.i !== undefined) return attributeTypes.int;
  if (attribute.s !== undefined) return attributeTypes.string;
  if (attribute.t !== undefined) return attributeTypes.tensor;
  if (attribute.g !== undefined) return attributeTypes.graph;
  if (attribute.floats.length > 0) return attributeTypes.floats;
  if (attribute.strings.length > 0) return attributeTypes.strings;
  return attributeTypes.ints;
}

function elementType(attribute: AttributeProto, refuse: Refuse): AttributeValue {
  const type = dtypeOf(attribute.i);
  if (type) return type;
  throw refuse(`makes the element type ${elementTypeName(attribute.i)}, which is not supported`);
}
