import { join } from "node:path";
import * as onnxruntime from "onnxruntime-node";
import { expect } from "vitest";
import { diskFiles } from "../../src/explain/file/disk";
import { decodeElements, encodeElements, readParameter } from "../../src/explain/format/element";
import { openOnnx } from "../../src/explain/format/onnx/read";
import { dataFolder, writeOnnx } from "../../src/explain/format/onnx/write";
import type { Graph } from "../../src/explain/graph/graph";
import type { OpenedModel } from "../../src/explain/model/model";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { close } from "./gradient";
import { normal } from "./random";

export const files = diskFiles();

/** Path of a file in `test/fixture`. */
export function fixture(...parts: string[]): string {
  return join(import.meta.dirname, "../fixture", ...parts);
}

/** Random numbers for every input of a graph; sizes that are open become 2. */
export function randomFeeds(graph: Graph): Tensors {
  return Object.fromEntries(
    graph.inputs.map(({ name, type, dims }, i) => {
      const size = dims.map((dim) => (typeof dim === "number" ? dim : 2));
      return [name, { ...normal(size, 11 + i, "float32"), type }];
    }),
  );
}

/** Runs the file as it stands in onnxruntime. */
export function runFile(path: string, feeds: Tensors): Promise<Tensors> {
  return runIn(path, feeds, {});
}

/** Writes the graph and runs that in onnxruntime. */
export function runWritten(graph: Graph, feeds: Tensors): Promise<Tensors> {
  const folder = dataFolder(graph);
  const extra = folder && {
    session: { model_external_initializers_file_folder_path: folder },
  };
  return runIn(writeOnnx(graph), feeds, extra ? { extra } : {});
}

/** Evaluates the graph with the operators' own `eval`. */
export async function runReference(graph: Graph, feeds: Tensors): Promise<Tensors> {
  const located = [...graph.parameters].filter(([, parameter]) => parameter.location);
  const loaded = located.map(async ([name, parameter]) => [
    name,
    await readParameter(files, parameter),
  ]);
  const parameters = Object.fromEntries(await Promise.all(loaded)) as Tensors;
  return evaluate(graph, feeds, parameters);
}

/**
 * Opens a model and compares what it computes with onnxruntime running the unchanged file: written again and run there, and by
 * the operators' own `eval`.
 */
export async function checkModel(path: string, tolerance = 1e-5): Promise<OpenedModel> {
  const model = await openOnnx(path, files);
  const feeds = randomFeeds(model.graph);
  const theirs = await runFile(path, feeds);
  compare(await runWritten(model.graph, feeds), theirs, tolerance, "written");
  compare(await runReference(model.graph, feeds), theirs, tolerance, "evaluated");
  return model;
}

/** Compares a graph, written and run in onnxruntime, with the file that it was made from. */
export async function checkWritten(path: string, graph: Graph, tolerance = 1e-5): Promise<void> {
  const feeds = randomFeeds(graph);
  compare(await runWritten(graph, feeds), await runFile(path, feeds), tolerance, "written");
}

function compare(ours: Tensors, theirs: Tensors, tolerance: number, label: string): void {
  expect(Object.keys(ours).sort(), label).toEqual(Object.keys(theirs).sort());
  for (const [name, value] of Object.entries(theirs)) {
    expect(ours[name]!.dims, `${label}: shape of ${name}`).toEqual(value.dims);
    expect(ours[name]!.type, `${label}: type of ${name}`).toEqual(value.type);
    close(ours[name]!.data, value.data, tolerance, `${label}: ${name}`);
  }
}

async function runIn(
  model: string | Uint8Array,
  feeds: Tensors,
  options: onnxruntime.InferenceSession.SessionOptions,
): Promise<Tensors> {
  const session = await onnxruntime.InferenceSession.create(model as string, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    ...options,
  });
  try {
    const results = await session.run(
      Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, feed(value)])),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [name, result(value)]),
    );
  } finally {
    await session.release();
  }
}

function feed({ type, dims, data }: Tensor): onnxruntime.Tensor {
  if (type !== "float16") return new onnxruntime.Tensor("float32", data as Float32Array, dims);
  const bits = new Uint16Array(encodeElements(type, data).buffer);
  return new onnxruntime.Tensor(type, bits, dims);
}

function result({ type, dims, data }: onnxruntime.Tensor): Tensor {
  if (type === "float16") {
    const { buffer, byteOffset, byteLength } = data as Uint16Array;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return { type, dims, data: decodeElements(type, bytes) };
  }
  return tensor(type as DType, Array.from(data as ArrayLike<number | bigint>, Number), dims);
}
