import { test } from "vitest";
import { checkNode, type NodeCase } from "../../helper/oneNode";

const image = ["N", 3, "H", "W"];

const cases: readonly Omit<NodeCase, "opset">[] = [
  { op: "Affine", inputs: [image], attributes: { alpha: 0.5, beta: 2 } },
  { op: "Crop", inputs: [["N", 3, 6, 7]], attributes: { border: [1, 0, 2, 1] } },
  {
    op: "Crop",
    title: "to a size",
    inputs: [["N", 3, 6, 7]],
    attributes: { border: [1, 2, 0, 0], scale: [3, 4] },
  },
  { op: "ImageScaler", inputs: [image], attributes: { scale: 0.5, bias: [1, -2, 3] } },
  { op: "ParametricSoftplus", inputs: [image], attributes: { alpha: 0.5, beta: 2 } },
  { op: "Scale", inputs: [image], attributes: { scale: 0.5 } },
  { op: "ScaledTanh", inputs: [image], attributes: { alpha: 0.5, beta: 2 } },
];

test.each(cases.map((item) => [item.op, item.title ?? "plain", item] as const))(
  "%s, %s: what onnxruntime computes",
  async (_op, _title, item) => {
    await checkNode({ ...item, opset: 8 });
  },
);
