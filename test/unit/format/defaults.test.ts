import { expect, test } from "vitest";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { runReference } from "../../helper/model";
import { checkNode, feedsOf, openNode, type NodeCase } from "../../helper/oneNode";
import { normal } from "../../helper/random";

const domain = "com.microsoft";
const f32 = (dims: number[], seed: number) => normal(dims, seed, "float32");
const scalar = (type: Tensor["type"], value: number) => tensor(type, [value], []);
const bytes = (count: number) => Array.from({ length: count }, (_, i) => (i * 37) % 256);

const activations = [
  "Celu",
  "Elu",
  "HardSigmoid",
  "LeakyRelu",
  "Selu",
  "Shrink",
  "ThresholdedRelu",
];

const cases: readonly NodeCase[] = [
  ...activations.map((op) => ({ op, inputs: [["N", 40]] })),
  {
    op: "MatMulNBits",
    domain,
    inputs: [["N", 32], tensor("uint8", bytes(3 * 2 * 8), [3, 2, 8]), f32([3 * 2], 2)],
    attributes: { K: 32, N: 3, block_size: 16 },
  },
  {
    op: "QLinearSoftmax",
    domain,
    inputs: [
      tensor("uint8", bytes(24), [2, 3, 4]),
      scalar("float32", 0.02),
      scalar("uint8", 100),
      scalar("float32", 1 / 256),
      scalar("uint8", 0),
    ],
    attributes: { opset: 13 },
    outputs: ["uint8"],
  },
];

test.each(cases)(
  "$op means the same as in onnxruntime when its attributes are left out",
  async (row) => void (await checkNode(row)),
);

const { exp, max, min } = Math;

/** onnxruntime refuses fused activations without their parameters; these are the defaults of ONNX's own operators. */
const fused: Readonly<Record<string, (v: number) => number>> = {
  Celu: (v) => max(0, v) + min(0, exp(v) - 1),
  Elu: (v) => (v < 0 ? exp(v) - 1 : v),
  HardSigmoid: (v) => max(0, min(1, 0.2 * v + 0.5)),
  LeakyRelu: (v) => (v < 0 ? 0.01 * v : v),
  Selu: (v) => 1.05070102214813232421875 * (v < 0 ? 1.67326319217681884765625 * (exp(v) - 1) : v),
  ThresholdedRelu: (v) => (v > 1 ? v : 0),
};

test.each(Object.entries(fused))(
  "a fused %s whose parameters are left out has those of the operator itself",
  async (activation, expected) => {
    const row = { op: "FusedGemm", domain, inputs: [["N", 3], f32([3, 5], 2)] };
    const feeds = feedsOf(row);
    const [plain, activated] = await Promise.all(
      ["", activation].map(async (name) => {
        const attributes = { activation: name };
        const { graph } = await openNode({ ...row, attributes });
        return (await runReference(graph, feeds))["y0"]!;
      }),
    );
    expect(new Set(plain!.data.map(Math.sign)).size).toBe(2);
    close(activated!.data, Array.from(plain!.data, expected), 1e-6, activation);
  },
);

const reductions = ["L1", "L2", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"];

test.each([13, 17])("reductions of opset %d name their axes in an attribute", async (opset) => {
  for (const kind of reductions) {
    const inputs = [["N", 3, 4]];
    await checkNode({ op: `Reduce${kind}`, opset, inputs, attributes: { axes: [1], keepdims: 0 } });
  }
});

test("reductions of opset 18 take their axes as an input", async () => {
  for (const kind of reductions) {
    const inputs = [["N", 3, 4], tensor("int64", [1])];
    await checkNode({ op: `Reduce${kind}`, opset: 18, inputs, attributes: { keepdims: 0 } });
  }
});
