import * as onnxruntime from "onnxruntime-node";
import { expect } from "vitest";
import { writeOnnx } from "../../src/explain/format/onnx/write";
import type { Graph } from "../../src/explain/graph/graph";
import { lowerPrivate } from "../../src/explain/runtime/onnxruntime/lower";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { castTo, dtypes, tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { build, close, run, type Case } from "./gradient";

/** `all` is what users run; `disabled` shows the operator itself. */
export type Optimization = "disabled" | "all";

/**
 * Runs one operator in onnxruntime on the CPU, as a model with that one node, or with what a private operator is lowered to.
 * Inputs in double precision run in single precision, the one that every kernel has; so do the results.
 */
export async function runWithOnnxruntime(
  testCase: Case,
  optimization: Optimization = "disabled",
): Promise<Tensor[]> {
  const inputs = testCase.inputs.map((x) => (x?.type === "float64" ? castTo(x, "float32") : x));
  const { g, feeds, y } = build({ ...testCase, inputs });
  const results = await runGraph(g.finish(y), feeds, optimization);
  return y.map((name) => results[name]!);
}

/** Runs a graph, whose private operators are lowered, in onnxruntime on the CPU. Only floats are fed. */
export async function runGraph(
  graph: Graph,
  feeds: Tensors,
  optimization: Optimization = "all",
): Promise<Tensors> {
  const session = await onnxruntime.InferenceSession.create(writeOnnx(lowerPrivate(graph)), {
    graphOptimizationLevel: optimization,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const results = await session.run(
      Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, toOnnxruntime(x)])),
    );
    return Object.fromEntries(graph.outputs.map((name) => [name, fromOnnxruntime(results[name]!)]));
  } finally {
    await session.release();
  }
}

/** Compares every output of an operator's `eval` with onnxruntime's: element type, shape and numbers. */
export async function checkEval(
  testCase: Case,
  tolerance = 1e-5,
  optimization: Optimization = "disabled",
): Promise<void> {
  const theirs = await runWithOnnxruntime(testCase, optimization);
  run(testCase).forEach((ours, i) => {
    const label = `${testCase.op}: output ${i}`;
    expect(ours.dims, `${label}: shape`).toEqual(theirs[i]!.dims);
    const type = ours.type === "float64" ? "float32" : ours.type;
    expect(type, `${label}: element type`).toBe(theirs[i]!.type);
    close(ours.data, theirs[i]!.data, tolerance, label);
  });
}

/** Only floats are fed; integers are parameters of the model. */
function toOnnxruntime({ dims, data }: Tensor): onnxruntime.Tensor {
  return new onnxruntime.Tensor("float32", data as Float32Array, dims);
}

function fromOnnxruntime({ type, dims, data }: onnxruntime.Tensor): Tensor {
  const values = Array.from(data as ArrayLike<number | bigint>, Number);
  if (!(type in dtypes)) throw new Error(`onnxruntime returned a tensor of type ${type}`);
  return tensor(type as DType, values, dims);
}
