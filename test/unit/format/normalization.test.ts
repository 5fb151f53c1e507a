import { expect, test } from "vitest";
import { tensor } from "../../../src/explain/tensor";
import { checkNode, checkTwiceDifferentiable, openNode, type NodeCase } from "../../helper/oneNode";
import { optimizedNodes } from "../../helper/optimizedModel";
import { normal, uniform } from "../../helper/random";

const f32 = (dims: number[], seed: number) => normal(dims, seed, "float32");
const image = ["N", 6, "H", "W"];
const per = (count: number) => [f32([count], 2), f32([count], 3)];
const statistics = (dims: number[]) => [f32(dims, 2), f32(dims, 3), f32(dims, 4), uniform(dims, 5)];

const cases: readonly NodeCase[] = [
  {
    op: "BatchNormalization",
    opset: 7,
    title: "spatial",
    inputs: [image, ...statistics([6])],
    attributes: { spatial: 1 },
  },
  {
    op: "BatchNormalization",
    opset: 9,
    title: "epsilon",
    inputs: [image, ...statistics([6])],
    attributes: { epsilon: 0.3 },
  },
  { op: "BatchNormalization", opset: 14, title: "2 axes", inputs: [["N", 6], ...statistics([6])] },
  {
    op: "BatchNormalization",
    opset: 15,
    title: "3 axes",
    inputs: [["N", 6, "W"], ...statistics([6])],
  },
  {
    op: "BatchNormalization",
    opset: 15,
    title: "5 axes",
    inputs: [["N", 6, "H", "W", 2], ...statistics([6])],
  },
  {
    op: "GroupNormalization",
    opset: 18,
    title: "a scale per group",
    inputs: [image, ...per(3)],
    attributes: { num_groups: 3, epsilon: 0.1 },
  },
  {
    op: "GroupNormalization",
    opset: 21,
    title: "a scale per channel",
    inputs: [image, ...per(6)],
    attributes: { num_groups: 3 },
  },
  {
    op: "GroupNormalization",
    opset: 21,
    title: "3 axes, one group",
    inputs: [["N", 6, "L"], ...per(6)],
    attributes: { num_groups: 1 },
  },
  {
    op: "GroupNormalization",
    opset: 21,
    title: "5 axes",
    inputs: [["N", 6, "H", "W", 2], ...per(6)],
    attributes: { num_groups: 2 },
  },
  {
    op: "InstanceNormalization",
    opset: 6 + 1,
    title: "3 axes",
    inputs: [["N", 6, "L"], ...per(6)],
  },
  {
    op: "InstanceNormalization",
    opset: 17,
    title: "5 axes",
    inputs: [["N", 6, "H", "W", 2], ...per(6)],
  },
  {
    op: "LayerNormalization",
    opset: 17,
    title: "statistics",
    inputs: [["N", "L", 6], ...per(6)],
    outputs: ["float32", "float32", "float32"],
  },
  {
    op: "LayerNormalization",
    opset: 17,
    title: "two axes, no bias",
    inputs: [["N", "L", 4, 3], f32([4, 3], 2)],
    attributes: { axis: -2 },
  },
  { op: "LpNormalization", opset: 17, title: "default", inputs: [image] },
  {
    op: "LpNormalization",
    opset: 22,
    title: "p = 1 over channels",
    inputs: [image],
    attributes: { p: 1, axis: 1 },
  },
  {
    op: "LpNormalization",
    opset: 17,
    title: "zeros",
    inputs: [tensor("float32", [0, 0, 3, 4], [2, 2])],
  },
  {
    op: "LRN",
    opset: 13,
    title: "odd",
    inputs: [image],
    attributes: { size: 3, alpha: 0.5, bias: 2 },
  },
  {
    op: "MeanVarianceNormalization",
    opset: 8,
    title: "channels apart",
    inputs: [image],
    attributes: { across_channels: 0, normalize_variance: 1 },
  },
  {
    op: "MeanVarianceNormalization",
    opset: 8,
    title: "mean alone",
    inputs: [image],
    attributes: { across_channels: 1, normalize_variance: 0 },
  },
  { op: "MeanVarianceNormalization", opset: 9, title: "default axes", inputs: [image] },
  {
    op: "MeanVarianceNormalization",
    opset: 13,
    title: "axes of one image",
    inputs: [image],
    attributes: { axes: [1, 2, 3] },
  },
  { op: "RMSNormalization", opset: 23, title: "default", inputs: [["N", "L", 6], f32([6], 2)] },
  {
    op: "RMSNormalization",
    opset: 23,
    title: "two axes",
    inputs: [["N", "L", 4, 3], f32([4, 3], 2)],
    attributes: { axis: 2, epsilon: 0.1 },
  },
];

test.each(cases.map((item) => [item.op, item.opset, item.title, item] as const))(
  "%s of opset %d, %s: what onnxruntime computes",
  async (_op, _opset, _title, item) => {
    await checkNode(item);
  },
);

test.each(cases.map((item) => [item.op, item.opset, item.title, item] as const))(
  "%s of opset %d, %s: finite gradients of first and second order",
  async (_op, _opset, _title, item) => {
    await checkTwiceDifferentiable(item);
  },
);

test("BatchNormalization hands its running statistics on outside of training", async () => {
  const inputs = [image, ...statistics([6])];
  const { graph } = await openNode({
    op: "BatchNormalization",
    opset: 15,
    inputs,
    attributes: { training_mode: 0 },
    outputs: ["float32", "float32", "float32"],
  });
  expect(graph.nodes.map(({ op, inputs: [x] }) => [op, x])).toEqual([
    ["Identity", "x3"],
    ["Identity", "x4"],
    ["BatchNormalization", "x0"],
  ]);
});

test.each([
  [15, { training_mode: 1 }, ["float32"] as const],
  [9, {}, ["float32", "float32", "float32"] as const],
])("BatchNormalization of opset %d in training is refused", async (opset, attributes, outputs) => {
  const inputs = [image, ...statistics([6])];
  const opened = openNode({ op: "BatchNormalization", opset, inputs, attributes, outputs });
  await expect(opened).rejects.toThrow(/is in training mode .*exported for inference/);
});

test("RMSNormalization stays one kernel in onnxruntime", async () => {
  const inputs = [["N", "L", 6], f32([6], 2)];
  const { graph } = await openNode({ op: "RMSNormalization", opset: 23, inputs });
  const nodes = await optimizedNodes(graph, "all");
  expect(nodes.map(({ opType }) => opType)).toEqual(["SimplifiedLayerNormalization"]);
});
