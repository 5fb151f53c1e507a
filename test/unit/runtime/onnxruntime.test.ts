import { mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SightlineError } from "../../../src/explain/error";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph, Parameter } from "../../../src/explain/graph/graph";
import { createRuntimes } from "../../../src/explain/runtime/onnxruntime/index";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { dtypes, tensor, type DType } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/folder";
import { close } from "../../helper/gradient";
import { feedsFor, graphOf } from "../../helper/graph";
import { files } from "../../helper/model";
import { normal } from "../../helper/random";
import { weightsIn } from "../../helper/weights";

const [onnxruntime, reference] = createRuntimes(files);

async function runOnce(graph: Graph, feeds: Tensors, runtime = onnxruntime!): Promise<Tensors> {
  const program = await runtime.compile(graph, { threads: 1 });
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

/** x·W + b with W in the given place. */
function linear(weights: Parameter, other?: Parameter): Graph {
  return graphOf(["N", weights.dims[0]!], (g, x) => {
    const product = g.op("MatMul", [x, g.parameter("weights", weights)]);
    const bias = other ? g.parameter("bias", other) : g.scalar(0.5, x);
    return g.op("Relu", [g.op("Add", [product, bias])]);
  });
}

async function expectAsReference(graph: Graph): Promise<void> {
  for (const batch of [1, 3]) {
    const feeds = feedsFor(graph, batch);
    const ours = await runOnce(graph, feeds);
    const theirs = await runOnce(graph, feeds, reference);
    for (const output of graph.outputs) {
      expect(ours[output]!.dims).toEqual(theirs[output]!.dims);
      close(ours[output]!.data, theirs[output]!.data, 1e-5, output);
    }
  }
}

describe("weights in files", () => {
  test("run where they lie, in several folders", async () => {
    const folder = temporaryFolder();
    const weights = weightsIn(join(folder, "model.onnx"), [6, 4], 1);
    await expectAsReference(
      linear(weights, weightsIn(join(folder, "deep", "er", "b.bin"), [4], 2)),
    );
  });

  test("run behind links, as download caches have them", async () => {
    const folder = temporaryFolder();
    const weights = weightsIn(join(folder, "blobs", "a1b2c3"), [6, 4], 1);
    mkdirSync(join(folder, "snapshot"));
    symlinkSync(join(folder, "blobs", "a1b2c3"), join(folder, "snapshot", "model.onnx"));
    const file = join(folder, "snapshot", "model.onnx");
    await expectAsReference(linear({ ...weights, location: { ...weights.location, file } }));
  });

  test("in half precision are computed in single precision", async () => {
    const weights = weightsIn(join(temporaryFolder(), "half.bin"), [6, 4], 1, "float16");
    const graph = graphOf(["N", 6], (g, x) =>
      g.op("MatMul", [x, g.op("Cast", [g.parameter("w", weights)], { to: "float32" })]),
    );
    await expectAsReference(graph);
  });

  test("of a megabyte and more are read as they lie for one row, and packed for several", async () => {
    const weights = weightsIn(join(temporaryFolder(), "big.bin"), [600, 500], 1);
    const graph = graphOf(["N", 600], (g, x) => {
      const w = g.parameter("w", weights);
      const y = g.op("MatMul", [x, w]);
      const both = g.op("Concat", [y, y, y], { axis: 0 });
      return g.op("Gemm", [both, w], { transB: 1 });
    });
    await expectAsReference(graph);
  });

  test("that are missing are named", async () => {
    const weights = weightsIn(join(temporaryFolder(), "model.bin"), [6, 4], 1);
    const gone = { ...weights.location, file: join(temporaryFolder(), "gone.bin") };
    await expect(runOnce(linear({ ...weights, location: gone }), {})).rejects.toThrow("gone.bin");
  });

  test("that end too early are an error in one sentence", async () => {
    const file = join(temporaryFolder(), "model.bin");
    const graph = linear(weightsIn(file, [600, 4], 1));
    truncateSync(file, 1000);
    const error = await runOnce(graph, feedsFor(graph)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SightlineError);
    expect(error).toMatchObject({ code: "runtime" });
    expect((error as Error).message).toMatch(
      /^onnxruntime could not open the graph: [^\n]*weights[^\n]*\.$/,
    );
  });
});

describe("tensors of every element type go in and come out", () => {
  const examples: Partial<Record<DType, number[]>> = {
    int64: [0, -1, 2 ** 53, -(2 ** 63)],
    uint64: [0, 1, 2 ** 53, 2 ** 63],
    bool: [0, 1, 1, 0],
    float16: [0, -1.5, 65504, 2 ** -24],
    uint8: [0, 1, 127, 255],
  };
  const refused: readonly DType[] = ["bfloat16", "float8e4m3fn", "float8e5m2", "int4", "uint4"];
  const types = (Object.keys(dtypes) as DType[]).filter((type) => !refused.includes(type));

  test.each(types)("%s", async (type) => {
    const g = new Builder();
    const graph = g.finish([g.op("Identity", [g.input("x", type, ["N", 2])])]);
    const x = tensor(type, examples[type] ?? [1, 2, 3, 100], [2, 2]);
    expect((await runOnce(graph, { x }))[graph.outputs[0]!]).toEqual(x);
  });

  test.each(refused)("%s is refused in words", async (type) => {
    const g = new Builder();
    const graph = g.finish([g.op("Identity", [g.input("x", "float32", [1])])]);
    await expect(runOnce(graph, { x: tensor(type, [1]) })).rejects.toThrow(`no ${type}`);
  });
});

test("a value that was not fed is named", async () => {
  const graph = graphOf(["N", 3], (g, x) => g.op("Relu", [x]));
  await expect(runOnce(graph, {})).rejects.toThrow("“x”: has no value: it was not fed");
});

test("a run that fails is an error in one sentence, and the next run works", async () => {
  const graph = graphOf(["N", 3], (g, x) => g.op("Add", [x, g.input("y", "float32", ["M", 3])]));
  const program = await onnxruntime!.compile(graph, { threads: 1 });
  const feeds = (rows: number) => ({
    x: normal([2, 3], 1, "float32"),
    y: normal([rows, 3], 2, "float32"),
  });
  const error = await program.run(feeds(5)).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: "runtime" });
  expect((error as Error).message).toMatch(/^onnxruntime could not run the graph: [^\n]+\.$/);
  expect((await program.run(feeds(2)))[graph.outputs[0]!]!.dims).toEqual([2, 3]);
  await program.dispose();
});

test("what is fed beyond the graph's inputs does no harm", async () => {
  const graph = graphOf(["N", 3], (g, x) => g.op("Relu", [x]));
  const x = normal([2, 3], 1, "float32");
  expect((await runOnce(graph, { x, other: x }))[graph.outputs[0]!]!.dims).toEqual([2, 3]);
});

test("a program knows roughly what it holds", async () => {
  const weights = weightsIn(join(temporaryFolder(), "big.bin"), [600, 500], 1);
  const program = await onnxruntime!.compile(linear(weights), { threads: 1 });
  expect(program.bytes).toBeGreaterThan(600 * 500 * 4);
  expect(program.bytes).toBeLessThan(3 * 600 * 500 * 4);
  await program.dispose();
});
