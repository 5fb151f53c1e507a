import { Root, type Type } from "protobufjs/light";
import schema from "./onnx.schema.json";

/**
 * The messages of an ONNX file as plain objects, and the way between them and bytes. Field names are those of onnx.proto in
 * camel case; repeated fields are always there after decoding, optional ones only if the file has them.
 */
export interface TensorProto {
  name?: string;
  dims: number[];
  /** One of {@link elementTypes}' numbers. */
  dataType?: number;
  rawData?: Uint8Array;
  floatData: number[];
  doubleData: number[];
  int32Data: number[];
  int64Data: number[];
  uint64Data: number[];
  externalData: StringStringEntryProto[];
  /** 1 = the bytes lie elsewhere, as `externalData` says. */
  dataLocation?: number;
}

export interface StringStringEntryProto {
  key?: string;
  value?: string;
}

export interface AttributeProto {
  name?: string;
  /** One of {@link attributeTypes}; 0 or absent in files of IR version 1. */
  type?: number;
  refAttrName?: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats: number[];
  ints: number[];
  strings: Uint8Array[];
}

export interface NodeProto {
  name?: string;
  opType?: string;
  domain?: string;
  overload?: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
}

export interface DimensionProto {
  dimValue?: number;
  dimParam?: string;
}

export interface TypeProto {
  tensorType?: { elemType?: number; shape?: { dim: DimensionProto[] } };
}

export interface ValueInfoProto {
  name?: string;
  type?: TypeProto;
}

export interface GraphProto {
  name?: string;
  node: NodeProto[];
  initializer: TensorProto[];
  sparseInitializer: unknown[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface OperatorSetIdProto {
  domain?: string;
  version?: number;
}

export interface FunctionProto {
  name?: string;
  domain?: string;
  overload?: string;
  input: string[];
  output: string[];
  /** Names of attributes without a default. */
  attribute: string[];
  /** Attributes with their defaults. */
  attributeProto: AttributeProto[];
  node: NodeProto[];
  opsetImport: OperatorSetIdProto[];
}

export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  modelVersion?: number;
  domain?: string;
  graph?: GraphProto;
  opsetImport: OperatorSetIdProto[];
  metadataProps: StringStringEntryProto[];
  functions: FunctionProto[];
}

/** What a writer gives: everything optional, as in the schema. */
export type Partly<T> = T extends Uint8Array | number | string
  ? T
  : T extends (infer Item)[]
    ? readonly Partly<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Partly<T[Key]> }
      : T;

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

const root = Root.fromJSON(schema);
const types = new Map<string, Type>();

/** The reflection object of a message, looked up once. */
function messageType(name: string): Type {
  const type = types.get(name) ?? root.lookupType(`onnx.${name}`);
  types.set(name, type);
  return type;
}

/** Throws whatever protobufjs throws for bytes that are not such a message. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  const type = messageType("ModelProto");
  return type.toObject(type.decode(bytes), { longs: Number, arrays: true }) as ModelProto;
}

export function encodeModel(model: Partly<ModelProto>): Uint8Array {
  const type = messageType("ModelProto");
  return type.encode(type.create(model as Record<string, unknown>)).finish();
}
