import { checkVaries, type Judge, type Exhibit } from "./judge";
import { makeSystem, placeOf, rightHandSide, solve } from "./infill";
import { ascending, pixelsOf } from "./pixels";
import { isNothing, isRisen, scoreText } from "./scoreText";

/** The shares of the pixels that are kept. */
const kept = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** How much of the work the filling in is; the rest is the network's. */
const fillingShare = 0.8;

/** Below this a difference of scores is taken for none. */
const noticeable = 0.01;
/** Below this it is hardly one: 5 percentage points. */
const large = 0.05;

/**
 * ROAD, remove and debias — Rong et al., ICML 2022, https://arxiv.org/abs/2202.00449: (LeRF − MoRF)/2, the score with the least relevant pixels removed less that with
 * the most relevant removed, as pytorch-grad-cam's `ROADCombined` has it, without its noise.
 */
export const road: Judge = {
  id: "road",
  title: "ROAD",
  meaning:
    "Pixels are removed and filled in from their neighbours: half the difference between the scores with the least and the most relevant removed (−0.5 to 0.5), large when the map tells them apart.",
  better: "higher",
  async *judge(exhibit) {
    const images = yield* removals(exhibit);
    const scores: number[] = [];
    for await (const some of exhibit.scores(images.length, (i, data) => data.set(images[i]!))) {
      scores.push(...some);
      yield fillingShare + (1 - fillingShare) * (scores.length / images.length);
    }
    const [most, least] = [scores.slice(0, kept.length), scores.slice(kept.length)];
    const value = (mean(least) - mean(most)) / 2;
    // From few pixels removed to many.
    const x = kept.map((share) => 1 - share).reverse();
    const y = kept.map((_, i) => (least[i]! - most[i]!) / 2).reverse();
    const curve = { xTitle: "pixels removed", yTitle: "(LeRF − MoRF)/2", x, y };
    return { value, verdict: verdict(exhibit, mean(most), mean(least)), curve };
  },
};

/** The images with the most relevant pixels removed, for each share that is kept, then those with the least relevant removed. */
async function* removals(exhibit: Exhibit): AsyncGenerator<number, readonly Float32Array[]> {
  checkVaries(exhibit);
  const images: Float32Array[] = [];
  const progress = (done: number) => (fillingShare * done) / (2 * kept.length);
  // Of equals, those that come first are kept in both.
  for (const sign of [1, -1]) {
    const order = ascending(exhibit.map.data.map((value) => sign * value));
    yield progress(images.length);
    for (const share of kept) {
      // As many as lie below the percentile of numbers that all differ.
      const count = Math.ceil(share * (order.length - 1));
      const filling = withoutPixels(exhibit, order.subarray(count));
      let step = filling.next();
      for (; !step.done; step = filling.next()) yield progress(images.length);
      images.push(step.value);
      yield progress(images.length);
    }
  }
  return images;
}

/** The input with some pixels filled in from their neighbours; yields where other work may have its turn. */
function* withoutPixels(
  exhibit: Exhibit,
  removed: Uint32Array,
): Generator<undefined, Float32Array> {
  const { count, channels, width, at } = pixelsOf(exhibit);
  const isMissing = new Uint8Array(count);
  for (const pixel of removed) isMissing[pixel] = 1;
  const system = makeSystem(isMissing, width, channels);
  const image = new Float32Array(exhibit.input.data);
  const picture = new Float64Array(system.diagonal.length);
  isMissing.forEach((one, pixel) => {
    if (one) return;
    const place = placeOf(pixel, width, channels);
    for (let c = 0; c < channels; c++) picture[place + c] = image[at(pixel, c)]!;
  });
  const values = yield* solve(system, rightHandSide(system, picture));
  for (const pixel of removed) {
    const place = placeOf(pixel, width, channels);
    for (let c = 0; c < channels; c++) image[at(pixel, c)] = values[place + c]!;
  }
  return image;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function verdict(exhibit: Exhibit, most: number, least: number): string {
  const [without, with_] = [most, least].map((score) => scoreText(score, exhibit));
  const scores = `Without the most relevant pixels the score of ${exhibit.name} is ${without} on average, without the least relevant ones ${with_}`;
  const difference = least - most;
  const share = Math.abs(difference) / (exhibit.isProbability ? 1 : Math.abs(exhibit.score));
  const whole = `for the whole image it is ${scoreText(exhibit.score, exhibit)}`;
  // Without a score there is no share: NaN.
  const isFlat = !(share > noticeable);
  if (isFlat && exhibit.isProbability && isNothing(exhibit.score, exhibit)) {
    return `${scores}; ${whole}, so that there is nothing to take away and this says nothing of the map.`;
  }
  const rises = isRisen(Math.max(most, least), exhibit.score, exhibit);
  const more = rises ? ` Filling in raises it: ${whole}.` : "";
  if (isFlat) return `${scores}: the map does not tell them apart.${more}`;
  const isRight = difference > 0;
  if (share < large) {
    const turned = isRight ? "" : ", and that the wrong way round";
    return `${scores}: the map hardly tells them apart${turned}.${more}`;
  }
  return `${scores}: the map ${isRight ? "tells them apart" : "ranks them the wrong way round"}.${more}`;
}
