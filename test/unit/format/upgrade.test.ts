import { readdirSync, readFileSync } from "node:fs";
import { test } from "vitest";
import { readAttributes } from "../../../src/explain/format/onnx/attribute";
import { decodeModel } from "../../../src/explain/format/onnx/proto";
import { TensorReader } from "../../../src/explain/format/onnx/tensor";
import { upgrade } from "../../../src/explain/format/onnx/upgrade/index";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph } from "../../../src/explain/graph/graph";
import { checkModel, checkWritten, files, fixture } from "../../helper/model";

/** One operator each, in the form of the opset in its name: made by test/fixture/onnx/make.py. */
test.each(readdirSync(fixture("onnx/form")))("%s computes what it did before", async (name) => {
  await checkModel(fixture("onnx/form", name));
});

/** The same for operators without an implementation: only the rewritten node is run. */
test.each(readdirSync(fixture("onnx/rewrite")))("%s is rewritten to the same", async (name) => {
  const path = fixture("onnx/rewrite", name);
  await checkWritten(path, await rewriteOnly(path));
});

/** A graph of the file's one node after upgrading, made without shape inference. */
async function rewriteOnly(path: string): Promise<Graph> {
  const model = decodeModel(readFileSync(path));
  const { node, input, initializer } = model.graph!;
  const g = new Builder(path);
  const dims = input[0]!.type!.tensorType!.shape!.dim.map(({ dimValue }) => dimValue!);
  g.input("x", "float32", dims);
  const tensors = new TensorReader(path, files);
  for (const tensor of initializer) g.parameter(tensor.name!, await tensors.read(tensor, ""));
  const refuse = (detail: string): never => {
    throw new Error(detail);
  };
  const { opType, input: inputs, output: outputs } = node[0]!;
  const attributes = await readAttributes(node[0]!, tensors, refuse);
  const old = { op: opType!, name: "node", inputs, outputs, attributes };
  const today = upgrade(g, old, model.opsetImport[0]!.version!, refuse);
  const types = new Map(outputs.map((name) => [name, { type: "float32" as const, dims: [] }]));
  return { ...g.finish([]), nodes: [today], outputs, types };
}
