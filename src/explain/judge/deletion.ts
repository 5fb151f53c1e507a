import { percent } from "../percent";
import { areaUnder, exchange, firstAt, highest, type Points } from "./game";
import type { Exhibit, Judge } from "./judge";
import { isNothing, isRisen, scoreText } from "./scoreText";

/** Deletion — Petsiuk et al., BMVC 2018, §4.1: pixels become 0 as the network is fed, which is the mean where the profile has one. */
export const deletion: Judge = {
  id: "deletion",
  title: "Deletion",
  meaning:
    "The pixels are blanked, the most relevant first: the area under the score (0 to 1) is small when the map names what the score needs.",
  better: "lower",
  async *judge(exhibit) {
    const start = new Float32Array(exhibit.input.data);
    const points = yield* exchange(exhibit, start, new Float32Array(start.length));
    const curve = { xTitle: "pixels blanked", yTitle: "score", ...points };
    return { value: areaUnder(points.y), verdict: verdict(points, exhibit), curve };
  },
};

function verdict(points: Points, exhibit: Exhibit): string {
  const score = `The score of ${exhibit.name}`;
  const before = scoreText(exhibit.score, exhibit);
  const { x, y } = highest(points);
  const top = `with ${percent(x)} of the pixels blanked it is ${scoreText(y, exhibit)}`;
  const rises = isRisen(y, exhibit.score, exhibit);
  if (isNothing(exhibit.score, exhibit)) {
    const instead = rises ? `; ${top}` : "";
    return `For the whole image the score of ${exhibit.name} is ${before}, so that blanking has nothing to take away and the area says nothing of the map${instead}.`;
  }
  const half = firstAt(points, (one) => one < exhibit.score / 2);
  const fall =
    half === undefined
      ? "never falls below half of that"
      : `falls below half of that with ${percent(half)} of the pixels blanked`;
  const more = rises ? `; ${top}, more than for the whole image` : "";
  return `${score}, ${before}, ${fall}${more}.`;
}
