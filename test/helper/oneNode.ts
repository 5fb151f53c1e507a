import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { encodeElements } from "../../src/explain/format/element";
import { elementTypeOf } from "../../src/explain/format/onnx/elementType";
import {
  attributeTypes,
  encodeModel,
  type AttributeProto,
  type Partly,
} from "../../src/explain/format/onnx/proto";
import { openOnnx } from "../../src/explain/format/onnx/read";
import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim, Graph } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import type { DType, Tensor } from "../../src/explain/tensor";
import { temporaryFolder } from "./folder";
import { closeBeyond } from "./gradient";
import { files, runFile, runReference, runWritten } from "./model";
import { normal } from "./random";

/** A model file of one node. */
export interface NodeCase {
  readonly op: string;
  readonly title?: string;
  readonly domain?: string;
  /** Of the standard domain. */
  readonly opset?: number;
  /** Dims = a float32 that is fed, sizes that are names left open in the file; a tensor = an initializer; absent ones are `undefined`. */
  readonly inputs: readonly (readonly Dim[] | Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  /** The element type of each output; "" = one that is not asked for. One float32 by default. */
  readonly outputs?: readonly (DType | "")[];
  readonly tolerance?: number;
  /** An initializer is made for so many images. */
  readonly fixedBatch?: true;
}

/** What the named sizes are when the model runs. */
export const sizes: Readonly<Record<string, number>> = { N: 2, L: 5, S: 6, H: 4, W: 3 };

/** Attributes that are floats even when their value is a whole number. */
const floats = new Set([
  ...["activation_alpha", "activation_beta", "activation_gamma"],
  ...["alpha", "beta", "bias", "epsilon", "gamma", "mask_filter_value", "scale", "softcap"],
]);

/** The same for lists. */
const floatLists = new Set(["activation_params", "bias"]);

export function writeNode(path: string, testCase: NodeCase): string {
  const { op, domain = "", opset = 17, inputs, attributes = {} } = testCase;
  const { outputs = ["float32"] } = testCase;
  const name = (i: number) => (inputs[i] === undefined ? "" : `x${i}`);
  const node = {
    ...{ name: "node", opType: op, domain, input: inputs.map((_, i) => name(i)) },
    output: outputs.map((type, i) => (type ? `y${i}` : "")),
    attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
  const model = encodeModel({
    irVersion: 10,
    opsetImport: [{ domain: "", version: opset }, ...(domain ? [{ domain, version: 1 }] : [])],
    graph: {
      name: "node",
      node: [node],
      input: inputs.flatMap((input, i) =>
        Array.isArray(input) ? [valueInfo(name(i), "float32", input as Dim[])] : [],
      ),
      initializer: inputs.flatMap((input, i) =>
        isTensor(input) ? [{ name: name(i), ...tensorProto(input) }] : [],
      ),
      output: outputs.flatMap((type, i) => (type ? [valueInfo(`y${i}`, type)] : [])),
    },
  });
  writeFileSync(path, model);
  return path;
}

function isTensor(input: NodeCase["inputs"][number]): input is Tensor {
  return input !== undefined && "data" in input;
}

function valueInfo(name: string, type: DType, dims?: readonly Dim[]) {
  const dim = dims?.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  const shape = dim ? { shape: { dim } } : {};
  return { name, type: { tensorType: { elemType: elementTypeOf(type), ...shape } } };
}

function tensorProto({ type, dims, data }: Tensor) {
  return { dims, dataType: elementTypeOf(type), rawData: encodeElements(type, data) };
}

function attribute(
  name: string,
  value: number | string | readonly number[],
): Partly<AttributeProto> {
  if (typeof value === "string") {
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  }
  if (typeof value === "number") {
    return floats.has(name)
      ? { name, type: attributeTypes.float, f: value }
      : { name, type: attributeTypes.int, i: value };
  }
  return floatLists.has(name)
    ? { name, type: attributeTypes.floats, floats: value }
    : { name, type: attributeTypes.ints, ints: value };
}

/** Random numbers for what is fed. */
export function feedsOf({ inputs }: Pick<NodeCase, "inputs">): Tensors {
  return Object.fromEntries(
    inputs.flatMap((input, i) => {
      if (!Array.isArray(input)) return [];
      const dims = (input as Dim[]).map((dim) => (typeof dim === "number" ? dim : sizes[dim]!));
      return [[`x${i}`, normal(dims, 51 + i, "float32")]];
    }),
  );
}

/** The graph of a model of that node, which lies in a temporary file. */
export async function openNode(testCase: NodeCase): Promise<{ path: string; graph: Graph }> {
  const path = writeNode(join(temporaryFolder(), "node.onnx"), testCase);
  const { graph } = await openOnnx(path, files);
  return { path, graph };
}

/** Compares what is read, evaluated and written for onnxruntime, with onnxruntime running the node itself. */
export async function checkNode(testCase: NodeCase): Promise<Graph> {
  const { path, graph } = await openNode(testCase);
  const feeds = feedsOf(testCase);
  await expectResults(graph, feeds, await runFile(path, feeds), testCase.tolerance);
  return graph;
}

/** Evaluates the graph and runs it in onnxruntime: both must give `expected`. */
export async function expectResults(
  graph: Graph,
  feeds: Tensors,
  expected: Tensors,
  tolerance = 1e-5,
): Promise<void> {
  const results = {
    evaluated: await runReference(graph, feeds),
    written: await runWritten(graph, feeds),
  };
  for (const [label, ours] of Object.entries(results)) {
    for (const [name, value] of Object.entries(expected)) {
      expect(ours[name]!.dims, `${label}: shape of ${name}`).toEqual(value.dims);
      closeBeyond(ours[name]!.data, value.data, tolerance, `${label}: ${name}`);
    }
  }
}

/**
 * The gradient of the first output by what is fed, and the gradient of that, are made of operators that can be differentiated, and
 * come to finite numbers. Of the sizes
 * only the batch is open.
 */
export async function checkTwiceDifferentiable(testCase: NodeCase): Promise<void> {
  const isOpen = (dim: Dim) => dim === "N" && !testCase.fixedBatch;
  const settle = (dim: Dim) => (typeof dim === "number" || isOpen(dim) ? dim : sizes[dim]!);
  const inputs = testCase.inputs.map((x) => (Array.isArray(x) ? (x as Dim[]).map(settle) : x));
  const { graph } = await openNode({ ...testCase, inputs });
  const wrt = graph.inputs.map(({ name }) => name);
  if (wrt.length === 0) return;
  const g = Builder.extend(graph);
  const seed = g.input("seed", "float32", g.dims("y0"));
  const first = gradient(g, { of: "y0", wrt, seed }).filter((dx) => dx !== undefined);
  const [dx] = first as [string];
  const second = gradient(g, { of: dx, wrt: [...wrt, "seed"], seed: g.op("Identity", [dx]) });
  const wanted = [...first, ...second.filter((dx) => dx !== undefined)];
  const feeds = feedsOf({ inputs: [...inputs, g.dims("y0")] });
  const results = evaluate(g.finish(wanted), { ...feeds, seed: feeds[`x${inputs.length}`]! });
  for (const name of wanted) {
    expect(results[name]!.data.every(Number.isFinite), `${name} is finite`).toBe(true);
  }
}
