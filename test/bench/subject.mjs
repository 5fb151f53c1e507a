/** What the measuring processes have in common: the input, the baseline, Sightline's session, a clock. */
import { createRequire } from "node:module";
import { join } from "node:path";
import sharp from "sharp";
// Before the library is loaded: see src/explain/runtime/onnxruntime/load.ts.
process.env.ORT_DISABLE_TELEMETRY = "1";
const onnxruntime = await import("onnxruntime-node");

/** Threads of every program measured here. */
export const threads = 2;

const demoImage = "../../media/demo/images/balloon-over-the-meadow.jpg";
const dims = [1, 3, 224, 224];

/** One of the demo's pictures, as torchvision's networks want it. */
async function picture() {
  const { data } = await sharp(join(import.meta.dirname, demoImage))
    .resize(224, 224)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const mean = [0.485, 0.456, 0.406];
  const std = [0.229, 0.224, 0.225];
  const pixels = 224 * 224;
  return Float32Array.from({ length: 3 * pixels }, (_, i) => {
    const channel = Math.floor(i / pixels);
    return (data[3 * (i % pixels) + channel] / 255 - mean[channel]) / std[channel];
  });
}

const data = await picture();

/** Sightline's maps of the kind `what` (top1, top5, saliency, guided), bundled by run.mjs; resolves to something to call. */
export async function explain(bundle, model, what) {
  const { openForBench } = createRequire(import.meta.url)(bundle);
  const run = (await openForBench(model, threads))(what);
  return () => run({ type: "float32", dims, data });
}

/**
 * The unmodified model, loaded by path: all optimizations, as many threads, which spin during a run as Sightline's do unless
 * `options` say otherwise.
 */
export async function forward(
  model,
  options = {
    extra: { session: { intra_op: { allow_spinning: "1" }, force_spinning_stop: "1" } },
  },
) {
  const session = await onnxruntime.InferenceSession.create(model, {
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
    ...options,
  });
  const feeds = { [session.inputNames[0]]: new onnxruntime.Tensor("float32", data, dims) };
  return () => session.run(feeds);
}

/** Milliseconds that `work` takes. */
export async function time(work) {
  const from = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - from) / 1e6;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
