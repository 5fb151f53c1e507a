import { decode, encode, many, one, type Message } from "../protobuf";

/**
 * The messages of an ONNX file as plain objects, and the way between them and bytes. Field names are those of
 * [onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) in camel case, as far as they are read or written; repeated fields are always there
 * after decoding, optional ones only if the file has them.
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

const stringStringEntryProto: Message = { key: one(1, "string"), value: one(2, "string") };

const tensorProto: Message = {
  dims: many(1, "int64"),
  dataType: one(2, "int32"),
  floatData: many(4, "float"),
  int32Data: many(5, "int32"),
  int64Data: many(7, "int64"),
  name: one(8, "string"),
  rawData: one(9, "bytes"),
  doubleData: many(10, "double"),
  uint64Data: many(11, "uint64"),
  externalData: many(13, () => stringStringEntryProto),
  dataLocation: one(14, "int32"),
};

const attributeProto: Message = {
  name: one(1, "string"),
  f: one(2, "float"),
  i: one(3, "int64"),
  s: one(4, "bytes"),
  t: one(5, () => tensorProto),
  g: one(6, () => graphProto),
  floats: many(7, "float"),
  ints: many(8, "int64"),
  strings: many(9, "bytes"),
  type: one(20, "int32"),
  refAttrName: one(21, "string"),
};

const nodeProto: Message = {
  input: many(1, "string"),
  output: many(2, "string"),
  name: one(3, "string"),
  opType: one(4, "string"),
  attribute: many(5, () => attributeProto),
  domain: one(7, "string"),
  overload: one(8, "string"),
};

const dimensionProto: Message = { dimValue: one(1, "int64"), dimParam: one(2, "string") };
const tensorShapeProto: Message = { dim: many(1, () => dimensionProto) };
const tensorTypeProto: Message = {
  elemType: one(1, "int32"),
  shape: one(2, () => tensorShapeProto),
};
const typeProto: Message = { tensorType: one(1, () => tensorTypeProto) };
const valueInfoProto: Message = { name: one(1, "string"), type: one(2, () => typeProto) };

/** They are counted, not read. */
const sparseTensorProto: Message = {};

const graphProto: Message = {
  node: many(1, () => nodeProto),
  name: one(2, "string"),
  initializer: many(5, () => tensorProto),
  input: many(11, () => valueInfoProto),
  output: many(12, () => valueInfoProto),
  sparseInitializer: many(15, () => sparseTensorProto),
};

const operatorSetIdProto: Message = { domain: one(1, "string"), version: one(2, "int64") };

const functionProto: Message = {
  name: one(1, "string"),
  input: many(4, "string"),
  output: many(5, "string"),
  attribute: many(6, "string"),
  node: many(7, () => nodeProto),
  opsetImport: many(9, () => operatorSetIdProto),
  domain: one(10, "string"),
  attributeProto: many(11, () => attributeProto),
  overload: one(13, "string"),
};

const modelProto: Message = {
  irVersion: one(1, "int64"),
  producerName: one(2, "string"),
  producerVersion: one(3, "string"),
  domain: one(4, "string"),
  modelVersion: one(5, "int64"),
  graph: one(7, () => graphProto),
  opsetImport: many(8, () => operatorSetIdProto),
  metadataProps: many(14, () => stringStringEntryProto),
  functions: many(25, () => functionProto),
};

/** Throws for bytes that are not such a message. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return decode(modelProto, bytes) as unknown as ModelProto;
}

export function encodeModel(model: Partly<ModelProto>): Uint8Array {
  return encode(modelProto, model);
}
