import { writeFileSync } from "node:fs";
import { writeOnnx } from "../../src/explain/format/onnx/write";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim } from "../../src/explain/graph/graph";
import { tensor, type Tensor } from "../../src/explain/tensor";
import { named } from "./classifier";
import { normal } from "./random";
import { weightsIn } from "./weights";

/** Small models as files, for tests that go through the command line. Their feature map is called `features`. */

/** Writes the model that `build` makes of an input called `image`; what `build` returns are its outputs. */
export function writeModel(
  path: string,
  dims: readonly Dim[],
  build: (g: Builder, image: string) => readonly string[],
): string {
  const g = new Builder("small");
  const image = g.input("image", "float32", dims);
  writeFileSync(path, writeOnnx(g.finish(build(g, image))));
  return path;
}

const weights = (g: Builder, name: string, dims: readonly number[], seed: number): string =>
  g.parameter(name, normal(dims, seed, "float32"));

/** 3×3 convolution and Relu: 4 channels called `features`, as large as the image, from [N,3,H,W]. */
export function features(g: Builder, image: string): string {
  const conv = named(g, "conv", "Conv", [image, weights(g, "kernel", [4, 3, 3, 3], 1)], {
    pads: [1, 1, 1, 1],
  });
  return named(g, "features", "Relu", [conv]);
}

/** Global average pooling and a linear layer: `classes` logits called `output`. */
export function linearHead(g: Builder, map: string, classes: number, output = "logits"): string {
  const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
  const matrix = weights(g, `${output}/weights`, [4, classes], 2 + classes);
  return named(g, output, "MatMul", [pooled, matrix]);
}

/** features → pooling → linear, in logits. */
export function pooledModel(path: string, classes: number, dims: readonly Dim[] = ["N", 3, 8, 8]) {
  return writeModel(path, dims, (g, image) => [linearHead(g, features(g, image), classes)]);
}

/** The same with a trailing Sigmoid on one output. */
export function sigmoidModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => [
    g.op("Sigmoid", [linearHead(g, features(g, image), 1)]),
  ]);
}

/** The same that takes [N,H,W,C], as TensorFlow's exports do. */
export function channelsLastModel(path: string): string {
  return writeModel(path, ["N", 8, 6, 3], (g, image) => {
    const channelsFirst = g.op("Transpose", [image], { perm: [0, 3, 1, 2] });
    return [linearHead(g, features(g, channelsFirst), 3)];
  });
}

/** Two classification outputs: `first` with 3 classes, `second` with 2. */
export function twoOutputModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const map = features(g, image);
    return [linearHead(g, map, 3, "first"), linearHead(g, map, 2, "second")];
  });
}

/** Like VGG: linear layers on the flattened map, no pooling. */
export function flattenedModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const flat = g.op("Flatten", [features(g, image)]);
    const hidden = g.op("Relu", [g.op("MatMul", [flat, weights(g, "hidden", [256, 5], 3)])]);
    return [named(g, "logits", "MatMul", [hidden, weights(g, "last", [5, 3], 4)])];
  });
}

/** Boxes instead of classes: [N,4,64]. */
export function detectionModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => [
    named(g, "boxes", "Reshape", [features(g, image), g.ints([0, 4, 64])]),
  ]);
}

/** Weights in a file beside the model, called `weights`. */
export function externalModel(path: string, weights: string): string {
  const matrix = weightsIn(weights, [4, 3], 5);
  return writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [features(g, image)])]);
    return [named(g, "logits", "MatMul", [pooled, g.parameter("last", matrix)])];
  });
}

/** A weight that is not a number, as a training that diverged leaves. */
export function brokenModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const map = features(g, image);
    const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    const matrix: Tensor = tensor("float32", [NaN, 1, 2, 3, 4, 5, 6, 7], [4, 2]);
    return [named(g, "logits", "MatMul", [pooled, g.parameter("last", matrix)])];
  });
}

/** No image goes in: [N,12]. */
export function tabularModel(path: string): string {
  return writeModel(path, ["N", 12], (g, row) => [
    named(g, "logits", "MatMul", [row, weights(g, "last", [12, 3], 4)]),
  ]);
}

/** Takes the reference runtime half a minute and onnxruntime a moment: one large convolution. */
export function slowModel(path: string): string {
  return writeModel(path, ["N", 3, 256, 256], (g, image) => {
    const kernel = weights(g, "kernel", [96, 3, 11, 11], 1);
    const map = named(g, "features", "Conv", [image, kernel], { pads: [5, 5, 5, 5] });
    const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    return [named(g, "logits", "MatMul", [pooled, weights(g, "last", [96, 3], 2)])];
  });
}

/** The same that looks at the upper right quarter alone. */
export function croppedModel(path: string): string {
  return writeModel(path, ["N", 3, 8, 8], (g, image) => {
    const bounds = [
      [0, 4],
      [4, 8],
      [2, 3],
    ].map((list) => g.ints(list));
    return [linearHead(g, features(g, g.op("Slice", [image, ...bounds])), 3)];
  });
}
