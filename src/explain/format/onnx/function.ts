import { FormatError } from "../../error";
import type {
  AttributeProto,
  FunctionProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
} from "./proto";
import { innerGraphs, renamedNode } from "./subgraph";

/** Operator domain → opset version. The standard domain is the empty string. */
export type Opsets = ReadonlyMap<string, number>;

/** A node with the opsets that its operator's form follows: a function has its own. */
export interface VersionedNode {
  readonly node: NodeProto;
  readonly opsets: Opsets;
}

/** Deeper nesting than this is a function that calls itself. */
const deepest = 32;
/** Functions that call functions can grow without bounds from a few bytes. The largest classifiers have some thousand nodes. */
const mostInlined = 200_000;

/** Replaces the calls of a model's local functions among some nodes. */
export type Inline = (nodes: readonly NodeProto[], opsets: Opsets) => VersionedNode[];

/**
 * Replaces each call of one of the model's local functions by the function's nodes; calls in graphs inside nodes wait until these are
 * written out. Throws `FormatError` when that does not end, or comes to more than {@link mostInlined} nodes, calls included.
 */
export function functionInliner(model: ModelProto, file: string): Inline {
  const functions = new Map(model.functions.map((body) => [keyOf(body, body.name), body]));
  const expand = (node: NodeProto, opsets: Opsets, depth: number): VersionedNode[] => {
    const body = functions.get(keyOf(node, node.opType));
    if (!body) return [{ node, opsets }];
    if (depth > deepest) throw endless(body, file);
    const inner = readOpsets(body.opsetImport);
    return instantiate(body, node).flatMap((item) => expand(item, inner, depth + 1));
  };
  checkCount(model.graph!.node, functions, file);
  return (nodes, opsets) => nodes.flatMap((node) => expand(node, opsets, 0));
}

/** Counts before anything is written out, each function once. */
function checkCount(
  nodes: readonly NodeProto[],
  functions: ReadonlyMap<string, FunctionProto>,
  file: string,
): void {
  const counts = new Map<string, number>();
  const count = (node: NodeProto, depth: number): number => {
    const key = keyOf(node, node.opType);
    const body = functions.get(key);
    if (!body) {
      const inner = innerGraphs(node).flatMap((graph) => graph.node);
      return inner.reduce((sum, each) => sum + count(each, depth), depth > 0 ? 1 : 0);
    }
    if (depth > deepest) throw endless(body, file);
    const inside =
      counts.get(key) ?? body.node.reduce((sum, inner) => sum + count(inner, depth + 1), 1);
    counts.set(key, inside);
    return inside;
  };
  if (nodes.reduce((sum, node) => sum + count(node, 0), 0) <= mostInlined) return;
  const most = mostInlined.toLocaleString("en");
  throw new FormatError(
    file,
    `its functions, each written out where it is called, come to more than ${most} nodes`,
    "export the model without local functions",
  );
}

function endless(body: FunctionProto, file: string): FormatError {
  return new FormatError(file, `its function ${body.name} calls itself`, "export the model again");
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
    ...renamedNode(node, rename, (attribute) => resolve(attribute, body, call)),
    name: `${prefix}/${node.name || node.output[0]}`,
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
