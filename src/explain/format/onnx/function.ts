import { FormatError } from "../../error";
import type {
  AttributeProto,
  FunctionProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
} from "./proto";

/** Operator domain → opset version. The standard domain is the empty string. */
export type Opsets = ReadonlyMap<string, number>;

/** A node with the opsets that its operator's form follows: a function has its own. */
export interface VersionedNode {
  readonly node: NodeProto;
  readonly opsets: Opsets;
}

/** Deeper nesting than this is a function that calls itself. */
const deepest = 32;

/** The nodes of a graph with each call of one of the model's local functions replaced by the function's nodes. */
export function inlineFunctions(model: ModelProto, file: string): VersionedNode[] {
  const functions = new Map(model.functions.map((body) => [keyOf(body, body.name), body]));
  const expand = (node: NodeProto, opsets: Opsets, depth: number): VersionedNode[] => {
    const body = functions.get(keyOf(node, node.opType));
    if (!body) return [{ node, opsets }];
    if (depth > deepest) {
      throw new FormatError(
        file,
        `its function ${body.name} calls itself`,
        "export the model again",
      );
    }
    const inner = readOpsets(body.opsetImport);
    return instantiate(body, node).flatMap((item) => expand(item, inner, depth + 1));
  };
  const opsets = readOpsets(model.opsetImport);
  return model.graph!.node.flatMap((node) => expand(node, opsets, 0));
}

export function readOpsets(imports: readonly OperatorSetIdProto[]): Opsets {
  return new Map(imports.map(({ domain, version }) => [domainOf({ domain }), version ?? 0]));
}

/** The standard domain has two spellings. */
export function domainOf({ domain = "" }: { domain?: string }): string {
  return domain === "ai.onnx" ? "" : domain;
}

function keyOf(at: { domain?: string; overload?: string }, name: string | undefined): string {
  return JSON.stringify([domainOf(at), name, at.overload ?? ""]);
}

/** The body's nodes with the call's values for the formal ones, and own names for those in between. */
function instantiate(body: FunctionProto, call: NodeProto): NodeProto[] {
  const prefix = call.name || call.output[0] || body.name;
  const names = new Map<string, string>([["", ""]]);
  body.input.forEach((formal, i) => names.set(formal, call.input[i] ?? ""));
  body.output.forEach((formal, i) => names.set(formal, call.output[i] || `${prefix}/${formal}`));
  const rename = (name: string) => names.get(name) ?? `${prefix}/${name}`;
  return body.node.map((node) => ({
    ...node,
    name: `${prefix}/${node.name || node.output[0]}`,
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.flatMap((attribute) => resolve(attribute, body, call)),
  }));
}

/** An attribute that refers to one of the function's: the call's, else the default, else none. */
function resolve(
  attribute: AttributeProto,
  body: FunctionProto,
  call: NodeProto,
): AttributeProto[] {
  const wanted = attribute.refAttrName;
  if (!wanted) return [attribute];
  const given = [...call.attribute, ...body.attributeProto].find(({ name }) => name === wanted);
  return given ? [{ ...given, name: attribute.name }] : [];
}
