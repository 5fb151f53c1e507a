import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { simplify } from "../../../src/explain/graph/simplify";
import { gradCam } from "../../../src/explain/method/gradCam";
import { saliency } from "../../../src/explain/method/saliency";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { asked, planProgram } from "../../../src/explain/service/program";
import { named } from "../../helper/classifier";
import { optimizedNodes } from "../../helper/optimizedModel";
import { normal, uniform } from "../../helper/random";

/** Two residual blocks of 32 channels, as onnxruntime likes them, global average pooling, a linear layer. */
function residualNet() {
  const g = new Builder("test");
  let seed = 0;
  const weight = (...dims: number[]) => g.parameter(`w${seed++}`, normal(dims, seed, "float32"));
  const conv = (x: string, channels: number) => {
    const inputs = [x, weight(32, channels, 3, 3), weight(32)];
    return g.op("Conv", inputs, { pads: [1, 1, 1, 1] });
  };
  const normalised = (x: string) => {
    const variance = g.parameter(`v${seed++}`, uniform([32], seed));
    return g.op("BatchNormalization", [x, weight(32), weight(32), weight(32), variance]);
  };
  let x = g.op("Relu", [normalised(conv(g.input("image", "float32", ["N", 3, 16, 16]), 3))]);
  for (let block = 0; block < 2; block++) {
    const inner = g.op("Relu", [normalised(conv(x, 32))]);
    x = g.op("Relu", [g.op("Add", [normalised(conv(inner, 32)), x])]);
  }
  const flat = g.op("Flatten", [g.op("GlobalAveragePool", [x])]);
  return g.finish([named(g, "logits", "Gemm", [flat, weight(32, 7), weight(7)])]);
}

/** How often each operator of convolutional part occurs; those that only make the map do not count. */
async function kernels(graph: Parameters<typeof optimizedNodes>[0]) {
  const counted = [
    "Conv",
    "Relu",
    "Add",
    "BatchNormalization",
    "ReorderInput",
    "GlobalAveragePool",
  ];
  const nodes = await optimizedNodes(graph, "all");
  return counted.map((op) => `${op} ${nodes.filter(({ opType }) => opType === op).length}`);
}

test("with Grad-CAM the forward pass keeps the kernels it has alone", async () => {
  const graph = residualNet();
  const anatomy = findAnatomy(graph, findImageInput(graph, "test"), "test");
  const layer = anatomy.layers.find((candidate) => candidate.default)!.name;
  const profile = { activation: "softmax", labels: [] } as const;
  const forward = await kernels(graph);
  expect(forward).toEqual([
    "Conv 5",
    "Relu 0",
    "Add 0",
    "BatchNormalization 0",
    expect.stringMatching(/^ReorderInput [01]$/),
    "GlobalAveragePool 1",
  ]);
  for (const classes of [1, 5]) {
    const plan = { methods: [asked(gradCam)], layers: [layer], classes, score: "logit" } as const;
    const planned = planProgram(graph, anatomy, profile, plan, "test");
    expect(await kernels(planned.graph), `${classes} classes`).toEqual(forward);
  }
});

test("a whole backward pass of one image stays in the blocked layout", async () => {
  const graph = residualNet();
  const anatomy = findAnatomy(graph, findImageInput(graph, "test"), "test");
  const profile = { activation: "softmax", labels: [] } as const;
  const plan = {
    methods: [asked(saliency)],
    layers: [],
    classes: 1,
    score: "logit",
    images: 1,
  } as const;
  const planned = planProgram(graph, anatomy, profile, plan, "test");
  const nodes = await optimizedNodes(simplify(planned.graph), "all");
  const count = (type: string) => nodes.filter(({ opType }) => opType === type).length;
  // Into it at the image and the pooled gradient, out of it at both ends; nothing between.
  expect(count("ReorderInput")).toBeLessThanOrEqual(2);
  expect(count("ReorderOutput")).toBeLessThanOrEqual(2);
  // The sums of residual blocks are part of their convolutions, forward and back.
  expect(count("Add") + count("Greater") + count("Cast")).toBe(0);
});
