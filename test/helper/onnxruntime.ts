import * as onnxruntime from "onnxruntime-node";
import { expect } from "vitest";
import { writeOnnx } from "../../src/explain/format/onnx/write";
import type { Graph } from "../../src/explain/graph/graph";
import { operators } from "../../src/explain/op/index";
import { lowerPrivate } from "../../src/explain/runtime/onnxruntime/lower";
import { lowerings } from "../../src/explain/runtime/onnxruntime/lowering/index";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { castTo, dtypes, tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { build, close, run, type Case } from "./gradient";

/** `all` is what users run; `disabled` shows the operator itself. */
export type Optimization = "disabled" | "all";

/**
 * Operators, and forms of operators, that no public node says: `mode` of SpaceToDepth is Sightline's own. Goldens show that they are right
 * (test/fixture/operator/make.py); here they run as what they are lowered to.
 */
const isOwn = (op: string) => operators.get(op)!.private === true || op === "SpaceToDepth";

/**
 * Runs one operator in onnxruntime on the CPU, as a model with that one node, or with what a private operator is lowered to.
 * Inputs in double precision run in single precision, the one that every kernel has; so do the results.
 *
 * @param lower Whether a public operator too is lowered, as it is for users, rather than run by onnxruntime's own kernel.
 */
export async function runWithOnnxruntime(
  testCase: Case,
  optimization: Optimization = "disabled",
  lower = isOwn(testCase.op),
): Promise<Tensor[]> {
  const inputs = testCase.inputs.map((x) => (x?.type === "float64" ? castTo(x, "float32") : x));
  const { g, feeds, y } = build({ ...testCase, inputs });
  const graph = g.finish(y);
  const results = await runModel(lower ? lowerPrivate(graph) : graph, feeds, optimization);
  return y.map((name) => results[name]!);
}

/** Runs a graph, lowered, in onnxruntime on the CPU. Only floats are fed. */
export function runGraph(
  graph: Graph,
  feeds: Tensors,
  optimization: Optimization = "all",
): Promise<Tensors> {
  return runModel(lowerPrivate(graph), feeds, optimization);
}

async function runModel(
  graph: Graph,
  feeds: Tensors,
  optimization: Optimization,
): Promise<Tensors> {
  const session = await onnxruntime.InferenceSession.create(writeOnnx(graph), {
    graphOptimizationLevel: optimization,
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
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

/**
 * Compares every output of an operator's `eval` with onnxruntime's own kernel: element type, shape and numbers. What onnxruntime itself lacks or
 * gets wrong stands in `onnxruntimeGaps.ts`.
 */
export async function checkEval(
  testCase: Case,
  tolerance = 1e-5,
  optimization: Optimization = "disabled",
): Promise<void> {
  compare(testCase, await runWithOnnxruntime(testCase, optimization), tolerance);
}

/** Compares what a public operator is lowered to, as users run it, with its `eval`. */
export async function checkLowered(testCase: Case, tolerance = 1e-5): Promise<void> {
  if (!lowerings.has(testCase.op)) return;
  compare(testCase, await runWithOnnxruntime(testCase, "all", true), tolerance);
}

function compare(testCase: Case, theirs: readonly Tensor[], tolerance: number): void {
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
