import type { Finding, Judge, ShuffledStep, Exhibit } from "../../../src/explain/judge/judge";
import { tensor } from "../../../src/explain/tensor";

/** An exhibit on an image of one channel, whose score is a function of its pixels. */
export function exhibitOn(
  image: readonly number[],
  map: readonly number[],
  width: number,
  score: (pixels: Float32Array) => number,
  shuffled: readonly ShuffledStep[] = [],
): Exhibit {
  const size = { width, height: image.length / width };
  const input = tensor("float32", image, [1, 1, size.height, size.width]);
  return {
    map: { ...size, data: Float32Array.from(map) },
    range: { min: Math.min(...map), max: Math.max(...map) },
    own: { dims: [size.height, width], data: Float32Array.from(map) },
    method: "Grad-CAM",
    progressive: false,
    layout: "NCHW",
    name: "“cat”",
    isProbability: true,
    input,
    score: score(Float32Array.from(image)),
    async *shuffled() {
      for (const step of shuffled) yield await Promise.resolve(step);
    },
    async *scores(count, write) {
      for (let i = 0; i < count; i++) {
        const data = Float32Array.from(image);
        write(i, data);
        yield await Promise.resolve([score(data)]);
      }
    },
  };
}

/** What a judge finds, and the progress that it told. */
export async function judged(
  judge: Judge,
  exhibit: Exhibit,
): Promise<{ finding: Finding; progress: number[] }> {
  const work = judge.judge(exhibit);
  const progress: number[] = [];
  for (;;) {
    const step = await work.next();
    if (step.done) return { finding: step.value, progress };
    progress.push(step.value);
  }
}
