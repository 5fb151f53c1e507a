import * as onnxruntime from "onnxruntime-node";
import { Writer } from "protobufjs/minimal";
import { expect } from "vitest";
import { opset, type AttributeValue, type Node } from "../../src/explain/graph/graph";
import { castTo, dtypes, tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { build, close, run, type Case } from "./gradient";

type OrtType = onnxruntime.Tensor.Type;

/** `TensorProto.DataType`: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

/** Attributes that are floats whatever their value; every other number is an integer. */
const floatAttributes = new Set(["alpha", "beta", "bias", "epsilon", "gamma", "momentum", "ratio"]);

/**
 * Runs one operator in onnxruntime on the CPU, as a model of opset 21 with that one node. Inputs in double precision run in
 * single precision, the one that every kernel has; so do the results.
 */
export async function runWithOnnxruntime(testCase: Case): Promise<Tensor[]> {
  const inputs = testCase.inputs.map((x) => (x?.type === "float64" ? castTo(x, "float32") : x));
  const { g, names, y } = build({ ...testCase, inputs });
  const typed = (name: string) => ({ name, type: g.type(name) });
  const model = encodeModel(g.nodes[0]!, names.filter(Boolean).map(typed), y.map(typed));
  const session = await onnxruntime.InferenceSession.create(model, {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const feeds = Object.fromEntries(
      inputs.flatMap((x, i) => (x ? [[names[i]!, toOnnxruntime(x)]] : [])),
    );
    const results = await session.run(feeds);
    return y.map((name) => fromOnnxruntime(results[name]!));
  } finally {
    await session.release();
  }
}

/** Compares every output of an operator's `eval` with onnxruntime's: element type, shape and numbers. */
export async function checkEval(testCase: Case, tolerance = 1e-5): Promise<void> {
  const theirs = await runWithOnnxruntime(testCase);
  run(testCase).forEach((ours, i) => {
    const label = `${testCase.op}: output ${i}`;
    expect(ours.dims, `${label}: shape`).toEqual(theirs[i]!.dims);
    const type = ours.type === "float64" ? "float32" : ours.type;
    expect(type, `${label}: element type`).toBe(theirs[i]!.type);
    close(ours.data, theirs[i]!.data, tolerance, label);
  });
}

function toOnnxruntime({ type, dims, data }: Tensor): onnxruntime.Tensor {
  if (type === "int64") {
    return new onnxruntime.Tensor(type, BigInt64Array.from(data, toBigInt), dims);
  }
  return new onnxruntime.Tensor(type as OrtType, data as Float32Array, dims);
}

/** ±2^63 stand for INT64_MAX and INT64_MIN. */
function toBigInt(value: number): bigint {
  const wide = BigInt(value);
  return BigInt.asIntN(64, wide) === wide ? wide : wide - 1n;
}

function fromOnnxruntime({ type, dims, data }: onnxruntime.Tensor): Tensor {
  const values = Array.from(data as ArrayLike<number | bigint>, Number);
  if (!(type in dtypes)) throw new Error(`onnxruntime returned a tensor of type ${type}`);
  return tensor(type as DType, values, dims);
}

interface Typed {
  readonly name: string;
  readonly type: DType;
}

/** `ModelProto` with one node, field numbers as in onnx.proto. */
function encodeModel(node: Node, inputs: readonly Typed[], outputs: readonly Typed[]): Uint8Array {
  return message((model) => {
    model.uint32(tag(1, 0)).int64(10);
    field(model, 7, (graph) => {
      field(graph, 1, (proto) => encodeNode(proto, node));
      graph.uint32(tag(2, 2)).string("test");
      for (const value of inputs) field(graph, 11, (proto) => encodeValue(proto, value));
      for (const value of outputs) field(graph, 12, (proto) => encodeValue(proto, value));
    });
    field(model, 8, (proto) => proto.uint32(tag(2, 0)).int64(opset));
  });
}

function encodeNode(proto: Writer, node: Node): void {
  for (const input of node.inputs) proto.uint32(tag(1, 2)).string(input);
  for (const output of node.outputs) proto.uint32(tag(2, 2)).string(output);
  proto.uint32(tag(4, 2)).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    field(proto, 5, (attribute) => {
      attribute.uint32(tag(1, 2)).string(name);
      encodeAttribute(attribute, name, value);
    });
  }
}

function encodeAttribute(proto: Writer, name: string, value: AttributeValue): void {
  const kind = (number: number) => proto.uint32(tag(20, 0)).int32(number);
  if (name === "to")
    kind(2)
      .uint32(tag(3, 0))
      .int64(elementTypes[value as DType]);
  else if (typeof value === "string") kind(3).uint32(tag(4, 2)).string(value);
  else if (typeof value === "number" && floatAttributes.has(name)) {
    kind(1).uint32(tag(2, 5)).float(value);
  } else if (typeof value === "number") kind(2).uint32(tag(3, 0)).int64(value);
  else if (Array.isArray(value)) {
    kind(7);
    for (const item of value as readonly number[]) proto.uint32(tag(8, 0)).int64(item);
  } else if ("data" in value) {
    kind(4);
    field(proto, 5, (nested) => encodeTensor(nested, value));
  } else throw new Error(`attribute ${name} has a value that one-node models do not need`);
}

function encodeTensor(proto: Writer, { type, dims, data }: Tensor): void {
  for (const dim of dims) proto.uint32(tag(1, 0)).int64(dim);
  proto.uint32(tag(2, 0)).int32(elementTypes[type]);
  const raw = type === "int64" ? BigInt64Array.from(data, toBigInt) : data;
  proto.uint32(tag(9, 2)).bytes(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
}

/** `ValueInfoProto` with an element type and no shape: a kernel must find the shape by itself. */
function encodeValue(proto: Writer, { name, type }: Typed): void {
  proto.uint32(tag(1, 2)).string(name);
  field(proto, 2, (typeProto) =>
    field(typeProto, 1, (tensorType) => tensorType.uint32(tag(1, 0)).int32(elementTypes[type])),
  );
}

const tag = (number: number, wire: number) => (number << 3) | wire;

function field(writer: Writer, number: number, fill: (nested: Writer) => unknown): void {
  fill(writer.uint32(tag(number, 2)).fork());
  writer.ldelim();
}

function message(fill: (writer: Writer) => unknown): Uint8Array {
  const writer = Writer.create();
  fill(writer);
  return writer.finish();
}
