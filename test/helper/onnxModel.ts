import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeElements } from "../../src/explain/format/element";
import { elementTypeOf } from "../../src/explain/format/onnx/elementType";
import { openOnnx } from "../../src/explain/format/onnx/read";
import {
  attributeTypes,
  encodeModel,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type Partly,
  type TensorProto,
  type ValueInfoProto,
} from "../../src/explain/format/onnx/proto";
import type { Dim, Graph, ValueType } from "../../src/explain/graph/graph";
import { dtypes, type DType, type Tensor } from "../../src/explain/tensor";
import { temporaryFolder } from "./folder";
import { files } from "./model";

/** ONNX models as a test writes them down, down to the protobuf: for forms that the graph itself cannot have. */

type Attribute =
  number | string | readonly number[] | Tensor | Partly<GraphProto> | { readonly float: number };

export interface NodeText {
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly name?: string;
  readonly domain?: string;
}

export interface ModelText {
  readonly opset: number;
  readonly nodes: readonly NodeText[];
  readonly inputs: Readonly<Record<string, readonly Dim[]>>;
  /** The first is called y unless `outputs` says otherwise. */
  readonly outputs?: readonly string[];
  /** Element type of the outputs; float32 unless given. */
  readonly type?: DType;
  readonly constants?: Readonly<Record<string, Tensor>>;
  /** Functions of the domain “local”. */
  readonly functions?: readonly FunctionText[];
}

export interface FunctionText {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeText[];
}

/** Writes the model into a folder that is removed after the test; returns its path. */
export function writeModel(text: ModelText): string {
  const path = join(temporaryFolder(), "model.onnx");
  writeFileSync(path, modelBytes(text));
  return path;
}

/** Reads the model as a user's file. */
export async function readModel(text: ModelText): Promise<Graph> {
  return (await openOnnx(writeModel(text), files)).graph;
}

export function modelBytes(text: ModelText): Uint8Array {
  const { opset, inputs, outputs = ["y"], type = "float32", functions = [] } = text;
  const domains = [...new Set(text.nodes.map(({ domain = "" }) => domain))].filter(Boolean);
  return encodeModel({
    irVersion: opset < 21 ? 8 : 10,
    opsetImport: [
      { domain: "", version: opset },
      ...domains.map((domain) => ({ domain, version: 1 })),
    ],
    functions: functions.map((body) => ({
      name: body.name,
      domain: "local",
      input: body.inputs,
      output: body.outputs,
      node: body.nodes.map(nodeProto),
      opsetImport: [{ domain: "", version: opset }],
    })),
    graph: {
      ...graphText(text.nodes, outputs, text.constants),
      name: "test",
      input: Object.entries(inputs).map(([name, dims]) => valueInfo(name, "float32", dims)),
      output: outputs.map((name) => valueInfo(name, type)),
    },
  });
}

/** A graph inside a node: the branch of an If, the body of a Loop. */
export function graphText(
  nodes: readonly NodeText[],
  outputs: readonly string[],
  constants: Readonly<Record<string, Tensor>> = {},
  inputs: Readonly<Record<string, ValueType>> = {},
): Partly<GraphProto> {
  return {
    name: "inner",
    node: nodes.map(nodeProto),
    initializer: Object.entries(constants).map(([name, value]) => ({
      name,
      ...tensorProto(value),
    })),
    input: Object.entries(inputs).map(([name, { type, dims }]) => valueInfo(name, type, dims)),
    output: outputs.map((name) => ({ name })),
  };
}

function valueInfo(name: string, type: DType, dims?: readonly Dim[]): Partly<ValueInfoProto> {
  const dim = dims?.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  const shape = dim && { shape: { dim } };
  return { name, type: { tensorType: { elemType: elementTypeOf(type), ...shape } } };
}

function nodeProto({
  op,
  inputs = [],
  outputs,
  attributes = {},
  ...rest
}: NodeText): Partly<NodeProto> {
  return {
    ...rest,
    opType: op,
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => ({
      name,
      ...attribute(name, value),
    })),
  };
}

function attribute(name: string, value: Attribute): Partly<AttributeProto> {
  if (typeof value === "string" && value in dtypes && ["to", "dtype"].includes(name)) {
    return { type: attributeTypes.int, i: elementTypeOf(value as DType) };
  }
  if (typeof value === "number") return { type: attributeTypes.int, i: value };
  if (typeof value === "string") {
    return { type: attributeTypes.string, s: new TextEncoder().encode(value) };
  }
  if (Array.isArray(value)) return { type: attributeTypes.ints, ints: value as number[] };
  if ("float" in value) return { type: attributeTypes.float, f: value.float };
  if ("data" in value) return { type: attributeTypes.tensor, t: tensorProto(value) };
  return { type: attributeTypes.graph, g: value as Partly<GraphProto> };
}

function tensorProto({ type, dims, data }: Tensor): Partly<TensorProto> {
  return { dims, dataType: elementTypeOf(type), rawData: encodeElements(type, data) };
}
