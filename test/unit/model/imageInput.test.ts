import { describe, expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { zeros } from "../../../src/explain/tensor";

describe("how many channels the image has, where the file leaves it open", () => {
  const kernel = (g: Builder, channels: number) =>
    g.constant(zeros("float32", [4, channels, 3, 3]));

  test.each([
    [["N", "C", "H", "W"], undefined, "NCHW"],
    [["N", "H", "W", "C"], [0, 3, 1, 2], "NHWC"],
  ] as const)("the first convolution says, for %j", (dims, perm, layout) => {
    const g = new Builder();
    const image = g.input("image", "float32", dims);
    const scaled = g.op("Mul", [g.scalar(2, image), g.op("Clip", [image])]);
    const moved = perm ? g.op("Transpose", [scaled], { perm }) : scaled;
    const map = g.op("Conv", [moved, kernel(g, 3)]);
    const input = findImageInput(g.finish([map]), "m.onnx");
    expect(input).toMatchObject({ layout, channels: 3, height: undefined, width: undefined });
  });

  test.each([4, 2])("%i of them are refused", (channels) => {
    const g = new Builder();
    const image = g.input("image", "float32", ["N", "C", "H", "W"]);
    const graph = g.finish([g.op("Conv", [image, kernel(g, channels)])]);
    expect(() => findImageInput(graph, "m.onnx")).toThrow(
      /^m\.onnx: no input .* 1 or 3 channels, as photos have \(the inputs are: image float32 \[N,C,H,W\]\)/,
    );
  });
});

test("a second input that the score needs is named, one that it does not need is let be", () => {
  const g = new Builder();
  const image = g.input("image", "float32", ["N", 3, 8, 8]);
  const scale = g.input("scale", "float32", [1]);
  const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [image])]);
  const scaled = g.op("Mul", [pooled, scale]);
  const anatomy = (output: string) =>
    findAnatomy(g.finish([output]), findImageInput(g.finish([output]), "m.onnx"), "m.onnx");
  expect(anatomy(pooled).score.classes).toBe(3);
  expect(() => anatomy(scaled)).toThrow(
    "m.onnx: besides the image “image” the model needs the input “scale” [1], for which there is no value; export it with a constant (an initializer) in that input's place.",
  );
});
