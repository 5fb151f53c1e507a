import { readFileSync } from "node:fs";
import * as onnxruntime from "onnxruntime-node";
import { encodeNpy } from "../../src/explain/file/npy";
import { openOnnx } from "../../src/explain/format/onnx/read";
import { dequantize } from "../../src/explain/graph/dequantize";
import { feedFloats } from "../../src/explain/graph/feedFloats";
import { toFloat32 } from "../../src/explain/graph/float32";
import type { Graph, NamedValue } from "../../src/explain/graph/graph";
import { findImageInput } from "../../src/explain/model/anatomy";
import { fromOrt, toOrt } from "../../src/explain/runtime/onnxruntime/tensor";
import { castTo, tensor, type Tensor } from "../../src/explain/tensor";
import { files, fixture } from "./model";
import { verify } from "./verify";

interface Steps {
  readonly scale: number;
  readonly zero: number;
}

/** What onnxruntime makes of two images, and how integers count that go in and come out. */
interface Golden {
  readonly logits: readonly (readonly number[])[];
  readonly input?: Steps;
  readonly output?: Steps;
}

/** What test/fixture/quantized/make.py found. */
export const golden = JSON.parse(
  readFileSync(fixture("quantized/golden.json"), "utf8"),
) as Readonly<Record<string, Golden>>;

/** The scores of a fixture as real numbers. */
export function scoresOf(name: string, integersOrReals: ArrayLike<number>): number[] {
  const { scale, zero } = golden[name]!.output ?? { scale: 1, zero: 0 };
  return Array.from(integersOrReals, (value) => (value - zero) * scale);
}

/** A quantized classifier as the service computes with it. */
export async function openQuantized(name: string): Promise<Graph> {
  const path = fixture("quantized", `${name}.onnx`);
  const { graph } = await openOnnx(path, files);
  return verify(toFloat32(dequantize(feedFloats(graph, findImageInput(graph, path)))));
}

const size = 16;

/** The images of make.py, as the input takes them: real numbers or integers. */
export function imageOf(name: string, seed: number): Tensor {
  const { input } = golden[name]!;
  const [low, high] = name === "signedBytes" ? [-128, 127] : [0, 255];
  const taken = Array.from({ length: 3 * size * size }, (_, i) => {
    const real = pixel(i, seed);
    if (!input) return real;
    return Math.min(high, Math.max(low, Math.floor(real / input.scale + input.zero + 0.5)));
  });
  return tensor("float32", taken, [1, 3, size, size]);
}

/** What onnxruntime makes of the unchanged file. */
export async function runUnchanged(name: string, image: Tensor): Promise<number[]> {
  const path = fixture("quantized", `${name}.onnx`);
  const { graph } = await openOnnx(path, files);
  const [{ name: input, type }] = graph.inputs as [NamedValue];
  const session = await onnxruntime.InferenceSession.create(path, { logSeverityLevel: 3 });
  try {
    const results = await session.run({ [input]: toOrt(onnxruntime, castTo(image, type)) });
    return scoresOf(name, fromOrt(results[graph.outputs[0]!]!).data);
  } finally {
    await session.release();
  }
}

export function imageFile(name: string, seed: number): Uint8Array {
  return encodeNpy(imageOf(name, seed));
}

function pixel(i: number, seed: number): number {
  const channel = Math.floor(i / (size * size));
  const row = Math.floor(i / size) % size;
  const distance = Math.abs(row - 3 - 2 * seed) + Math.abs((i % size) - 4 - seed);
  const noise = ((i * 7919 + seed * 104729) % 1009) / 1024;
  return Math.fround(noise - 0.5 + (Math.max(0, 6 - distance) * (channel + 1)) / 4);
}
