import { gridOf } from "../../model/layout/layout";
import type { Tensor } from "../../tensor";
import type { Interim, Work } from "../work";

/** Of each class, a number for each of the next channels. */
export type ByClass = readonly (readonly number[])[];

/**
 * The maps Σ_k w_k·A_k over the channels so far, again and again.
 *
 * @param activation of the layer, [1,C,h·w].
 * @param scores of the channels, in order, some at a time.
 * @param weigh makes the weights of the first channels from all their scores for one class.
 */
export async function* mapsByChannel(
  { subject, layer, classes }: Work,
  activation: Tensor,
  scores: AsyncIterable<ByClass>,
  weigh: (scores: readonly number[]) => readonly number[],
): AsyncIterable<Interim> {
  const { height, width } = gridOf(subject.anatomy.layouts.of(layer)!)!;
  const known = classes.map((): number[] => []);
  for await (const more of scores) {
    known.forEach((own, k) => own.push(...more[k]!));
    yield {
      maps: () =>
        known.map((own) => ({
          dims: [height, width],
          data: weightedSum(activation, height * width, weigh(own)),
        })),
      done: known[0]!.length,
      planned: activation.dims[1]!,
      unit: "channels",
    };
  }
}

/** What a run tells of each image and class, [N] or [K,N]. */
export function byClass({ data }: Tensor, classes: number): ByClass {
  const images = data.length / classes;
  return Array.from({ length: classes }, (_, k) =>
    Array.from(data.subarray(k * images, (k + 1) * images)),
  );
}

function weightedSum({ data }: Tensor, places: number, weights: readonly number[]): Float32Array {
  const sum = new Float64Array(places);
  weights.forEach((weight, k) => {
    for (let i = 0; i < places; i++) sum[i]! += weight * data[k * places + i]!;
  });
  return Float32Array.from(sum);
}
