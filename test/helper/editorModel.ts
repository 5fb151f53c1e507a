import { writeOnnx } from "../../src/explain/format/onnx/write";
import { Builder } from "../../src/explain/graph/builder";
import type { Size } from "../../src/explain/picture/geometry";
import { tensor } from "../../src/explain/tensor";

/** Pixels of the input per cell of the brightness map, along each axis. */
export const brightnessCell = 8;

/** A classifier whose map of class 0 is its input's brightness, averaged over cells, and of class 1 minus that. */
export function brightnessModel({ width, height }: Size): Uint8Array {
  const g = new Builder();
  g.input("image", "float32", ["batch", 3, height, width]);
  const cell = [brightnessCell, brightnessCell];
  const pooled = g.op("AveragePool", ["image"], { kernel_shape: cell, strides: cell });
  const weights = [1 / 3, 1 / 3, 1 / 3, -1 / 3, -1 / 3, -1 / 3];
  g.parameter("weights", tensor("float32", weights, [2, 3, 1, 1]));
  const map = g.op("Conv", [pooled, "weights"], { kernel_shape: [1, 1] });
  const mean = g.op("GlobalAveragePool", [map]);
  return writeOnnx(g.finish([g.op("Flatten", [mean])]));
}

/** The same classes from all pixels at once: nothing in it has rows and columns, so that no method can read at a layer. */
export function flatModel({ width, height }: Size, weight: number): Uint8Array {
  const g = new Builder();
  const pixels = 3 * height * width;
  g.input("image", "float32", ["batch", 3, height, width]);
  const values = Array.from({ length: 2 * pixels }, (_, i) => (i % 2 ? -weight : weight) / pixels);
  g.parameter("weights", tensor("float32", values, [pixels, 2]));
  return writeOnnx(g.finish([g.op("MatMul", [g.op("Flatten", ["image"]), "weights"])]));
}

/** Its profile: pixels as they are, 0–1. */
export const brightnessProfile = {
  colour: "rgb",
  range: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  activation: "softmax",
  labels: ["bright", "dark"],
} as const;

/** A classifier of forty 3×3 convolutions that share one weight: a small file whose single run takes many seconds. */
export function slowModel(side: number): Uint8Array {
  const g = new Builder();
  g.input("image", "float32", ["batch", 3, side, side]);
  const channels = 64;
  const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const weights = (name: string, from: number) => {
    const size = channels * from * 9;
    const values = Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898) / (from * 4));
    return g.parameter(name, tensor("float32", values, [channels, from, 3, 3]));
  };
  let map = g.op("Conv", ["image", weights("first", 3)], same);
  const shared = weights("shared", channels);
  for (let i = 0; i < 40; i++) map = g.op("Relu", [g.op("Conv", [map, shared], same)]);
  return writeOnnx(g.finish([g.op("Flatten", [g.op("GlobalAveragePool", [map])])]));
}

/** Its profile leaves nothing to guess by trial, which would take minutes. */
export const slowProfile = {
  resize: "squash",
  colour: "rgb",
  range: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  activation: "softmax",
} as const;
