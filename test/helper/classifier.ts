import { Builder } from "../../src/explain/graph/builder";
import type { Dim, Graph } from "../../src/explain/graph/graph";
import { findAnatomy, findImageInput } from "../../src/explain/model/anatomy";
import type { Anatomy } from "../../src/explain/model/model";
import { normal } from "./random";

/** What a small test classifier is made of. */
export interface Classifier {
  readonly graph: Graph;
  readonly anatomy: Anatomy;
}

/** Makes a graph with an image input `image` and the output that `build` returns, of one type throughout. */
export function classifier(
  build: (g: Builder, image: string, weight: (dims: number[]) => string) => string,
  dims: readonly Dim[] = ["N", 3, 16, 16],
  type: "float32" | "float64" = "float64",
): Classifier {
  const g = new Builder("test.onnx");
  const image = g.input("image", type, dims);
  let count = 0;
  const weight = (shape: number[]) =>
    g.parameter(`weight${count}`, normal(shape, 7 + count++, type));
  const graph = g.finish([build(g, image, weight)]);
  return { graph, anatomy: findAnatomy(graph, findImageInput(graph, "test.onnx"), "test.onnx") };
}

/** Adds one node under a name of its own. */
export function named(
  g: Builder,
  output: string,
  op: string,
  inputs: string[],
  attributes = {},
): string {
  g.append({ op, name: output, inputs, outputs: [output], attributes });
  return output;
}

/** conv 3×3/2 → relu: a feature map called `output`. */
export function features(
  g: Builder,
  x: string,
  weight: (dims: number[]) => string,
  channels: number,
  output: string,
): string {
  const inputs = [x, weight([channels, g.dims(x)[1] as number, 3, 3])];
  const conv = named(g, `${output}/conv`, "Conv", inputs, { strides: [2, 2], pads: [1, 1, 1, 1] });
  return named(g, output, "Relu", [conv]);
}

/** Global average pooling → flatten → linear layer with bias: the logits. */
export function linearHead(
  g: Builder,
  map: string,
  weight: (dims: number[]) => string,
  classes: number,
): string {
  const flat = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
  const channels = g.dims(map)[1] as number;
  return named(g, "logits", "Gemm", [flat, weight([classes, channels]), weight([classes])], {
    transB: 1,
  });
}
