/** What the measuring processes have in common: the input, the baseline, Sightline's session, a clock. */
import { createRequire } from "node:module";
// Before the library is loaded: see src/explain/runtime/onnxruntime/load.ts.
process.env.ORT_DISABLE_TELEMETRY = "1";
const onnxruntime = await import("onnxruntime-node");

/** Threads of every program measured here. */
export const threads = 2;

const dims = [1, 3, 224, 224];

/** One image of seeded noise around 0. */
function noise() {
  const data = new Float32Array(3 * 224 * 224);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    data[i] = state / 0x3fffffff - 1;
  }
  return data;
}

const data = noise();

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
