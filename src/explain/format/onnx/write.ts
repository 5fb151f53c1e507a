import { GraphError } from "../../error";
import {
  opset,
  type Attributes,
  type AttributeValue,
  type Graph,
  type Node,
  type Parameter,
  type ValueType,
} from "../../graph/graph";
import type { DType, Tensor } from "../../tensor";
import { encodeElements } from "../element";
import { encodeText } from "../text";
import { elementTypeAttributes } from "./attribute";
import { elementTypeOf } from "./elementType";
import {
  attributeTypes,
  encodeModel,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type Partly,
  type TensorProto,
  type ValueInfoProto,
} from "./proto";

export interface WriteOptions {
  /** Absolute path of the folder that the locations of external data are relative to; {@link dataFolder} by default. */
  readonly folder?: string;
  readonly producer?: string;
  /** Free texts for the file's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The first IR version that knows opset 21. */
const irVersion = 10;

/**
 * Writes a graph as an ONNX model of opset {@link opset}. Parameters that lie in files are not copied: they become external
 * data, located relative to `options.folder` (for onnxruntime: `model_external_initializers_file_folder_path`). Those in
 * memory are written into the model.
 *
 * Throws `GraphError` for a parameter whose file is not inside the folder.
 */
export function writeOnnx(graph: Graph, options: WriteOptions = {}): Uint8Array {
  const folder = options.folder ?? dataFolder(graph) ?? "";
  return encodeModel({
    irVersion,
    producerName: options.producer ?? "sightline",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: graphProto(graph, "model", folder),
  });
}

/**
 * The deepest folder that holds every file which the graph's parameters lie in; `undefined` when all are in memory. Throws
 * `GraphError` when there is none (two drives).
 */
export function dataFolder(graph: Graph): string | undefined {
  const located = [...graph.parameters].filter(([, parameter]) => parameter.location);
  let common: string[] | undefined;
  for (const [name, parameter] of located) {
    const folders = pathParts(parameter.location!.file).slice(0, -1);
    const same = common ? sharedStart(common, folders) : folders;
    if (same.length === 0)
      throw new GraphError(name, "lies on another drive than the other weights");
    common = same;
  }
  return common && (common.length === 1 ? `${common[0]}/` : common.join("/"));
}

function pathParts(path: string): string[] {
  return path.replaceAll("\\", "/").split("/");
}

function sharedStart(a: readonly string[], b: readonly string[]): string[] {
  const end = a.findIndex((part, i) => part !== b[i]);
  return a.slice(0, end < 0 ? a.length : end);
}

function graphProto(graph: Graph, name: string, folder: string): Partly<GraphProto> {
  return {
    name,
    input: graph.inputs.map((input) => valueInfo(input.name, input)),
    output: graph.outputs.map((output) => valueInfo(output, graph.types.get(output)!)),
    initializer: [...graph.parameters].map(([key, value]) => parameterProto(key, value, folder)),
    node: graph.nodes.map((node) => nodeProto(node, folder)),
  };
}

function valueInfo(name: string, { type, dims }: ValueType): Partly<ValueInfoProto> {
  const dim = dims.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: elementTypeOf(type), shape: { dim } } } };
}

function parameterProto(name: string, parameter: Parameter, folder: string): Partly<TensorProto> {
  if (parameter.data) return { name, ...tensorProto(parameter) };
  const { type, dims, location } = parameter;
  return {
    name,
    dims,
    dataType: elementTypeOf(type),
    dataLocation: 1,
    externalData: [
      { key: "location", value: relativeTo(folder, location.file, name) },
      { key: "offset", value: String(location.offset) },
      { key: "length", value: String(location.length) },
    ],
  };
}

function relativeTo(folder: string, file: string, name: string): string {
  const parts = pathParts(folder);
  if (parts.at(-1) === "") parts.pop();
  const own = pathParts(file);
  if (sharedStart(parts, own).length < parts.length) {
    throw new GraphError(name, `lies in ${file}, which is not inside ${folder}`);
  }
  return own.slice(parts.length).join("/");
}

function tensorProto({ type, dims, data }: Tensor): Partly<TensorProto> {
  return { dims, dataType: elementTypeOf(type), rawData: encodeElements(type, data) };
}

function nodeProto(node: Node, folder: string): Partly<NodeProto> {
  return {
    name: node.name,
    opType: node.op,
    input: trimmed(node.inputs),
    output: trimmed(node.outputs),
    attribute: attributeProtos(node, node.attributes, folder),
  };
}

/** Absent inputs and outputs at the end are left out, not written as empty names. */
function trimmed(names: readonly string[]): readonly string[] {
  const last = names.findLastIndex((name) => name !== "");
  return names.slice(0, last + 1);
}

function attributeProtos(
  node: Node,
  attributes: Attributes,
  folder: string,
): Partly<AttributeProto>[] {
  return Object.entries(attributes).map(([name, value]) => ({
    name,
    ...attributeValue(node, name, value, folder),
  }));
}

/** Attributes of standard operators that are floats even when their value is a whole number. */
const floatAttributes: ReadonlySet<string> = new Set([
  "activation_alpha",
  "activation_beta",
  "alpha",
  "beta",
  "bias",
  "clip",
  "cubic_coeff_a",
  "epsilon",
  "extrapolation_value",
  "gamma",
  "high",
  "lambd",
  "low",
  "mean",
  "momentum",
  "scale",
  "seed",
  "spatial_scale",
  "weights",
]);

/** Dropout's seed is the one integer among attributes of those names. */
function isFloat(node: Node, name: string): boolean {
  return floatAttributes.has(name) && !(node.op === "Dropout" && name === "seed");
}

function attributeValue(
  node: Node,
  name: string,
  value: AttributeValue,
  folder: string,
): Partly<AttributeProto> {
  if (elementTypeAttributes.has(name)) {
    return { type: attributeTypes.int, i: elementTypeOf(value as DType) };
  }
  if (typeof value === "number") {
    return isFloat(node, name)
      ? { type: attributeTypes.float, f: value }
      : { type: attributeTypes.int, i: value };
  }
  if (typeof value === "string") return { type: attributeTypes.string, s: encodeText(value) };
  if (isTexts(value)) return { type: attributeTypes.strings, strings: value.map(encodeText) };
  if (isNumbers(value)) {
    return isFloat(node, name)
      ? { type: attributeTypes.floats, floats: value }
      : { type: attributeTypes.ints, ints: value };
  }
  if ("nodes" in value) {
    return { type: attributeTypes.graph, g: graphProto(value, node.name, folder) };
  }
  return { type: attributeTypes.tensor, t: tensorProto(value) };
}

function isTexts(value: AttributeValue): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")
  );
}

function isNumbers(value: AttributeValue): value is readonly number[] {
  return Array.isArray(value);
}
