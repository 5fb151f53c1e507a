import { gridOf } from "../../model/layout/layout";
import { tensor, type Tensor } from "../../tensor";
import type { Batch, Interim, Work } from "../work";

/**
 * The maps Σ_k w_k·A_k over the channels so far, after each batch.
 *
 * @param activation of the layer, [1,C,h·w].
 * @param batches whose output `score`, [N] or [K,N], has a number for each channel and class.
 * @param weigh makes the weights of the first channels from the scores of class number `k` for them.
 */
export async function* mapsByChannel(
  { subject, layer, classes }: Work,
  activation: Tensor,
  batches: AsyncIterable<Batch>,
  weigh: (scores: readonly number[], k: number) => readonly number[],
): AsyncIterable<Interim> {
  const { height, width } = gridOf(subject.anatomy.layouts.of(layer)!)!;
  const scores = classes.map((): number[] => []);
  for await (const { first, count, outputs } of batches) {
    const all = Array.from(outputs["score"]!.data);
    scores.forEach((own, k) => own.push(...all.slice(k * count, (k + 1) * count)));
    yield {
      maps: () =>
        scores.map((own, k) => ({
          dims: [height, width],
          data: weightedSum(activation, height * width, weigh(own, k)),
        })),
      done: first + count,
      planned: activation.dims[1]!,
      unit: "channels",
    };
  }
}

function weightedSum({ data }: Tensor, places: number, weights: readonly number[]): Float32Array {
  const sum = new Float64Array(places);
  weights.forEach((weight, k) => {
    for (let i = 0; i < places; i++) sum[i]! += weight * data[k * places + i]!;
  });
  return Float32Array.from(sum);
}

/** The numbers of the channels from `first` on, `size` of them, as they are fed: int64 [N]. */
export function channelsFrom(first: number, size: number): Tensor {
  return tensor(
    "int64",
    Array.from({ length: size }, (_, i) => first + i),
  );
}
