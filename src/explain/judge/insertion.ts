import { percent } from "../percent";
import { blur } from "./blur";
import { areaUnder, exchange, firstAt, highest, type Points } from "./game";
import type { Exhibit, Judge } from "./judge";
import { isNothing, isRisen, scoreText } from "./scoreText";

/** Insertion — Petsiuk et al., BMVC 2018, §4.1: pixels come back into the blurred image. */
export const insertion: Judge = {
  id: "insertion",
  title: "Insertion",
  meaning:
    "The pixels come back into a blurred image, the most relevant first: the area under the score (0 to 1) is large when the map names what suffices.",
  better: "higher",
  async *judge(exhibit) {
    const finish = new Float32Array(exhibit.input.data);
    const points = yield* exchange(exhibit, blur(exhibit), finish);
    const curve = { xTitle: "pixels shown", yTitle: "score", ...points };
    return { value: areaUnder(points.y), verdict: verdict(points, exhibit), curve };
  },
};

function verdict(points: Points, exhibit: Exhibit): string {
  const score = `The score of ${exhibit.name}`;
  const blurred = points.y[0]!;
  const [before, after] = [blurred, exhibit.score].map((one) => scoreText(one, exhibit));
  const ends = `it is ${before} without any sharp pixel and ${after} with all of them`;
  if (isRisen(blurred, exhibit.score, exhibit)) {
    return `${score} rises by blurring: ${ends}, so that the area says nothing of the map.`;
  }
  if (isNothing(exhibit.score, exhibit)) {
    const { x, y } = highest(points);
    const top = isRisen(y, exhibit.score, exhibit)
      ? `; with ${percent(x)} of the pixels sharp it is ${scoreText(y, exhibit)}`
      : "";
    return `${score} is ${after} with all pixels sharp, so that there is nothing to come back and the area says nothing of the map${top}.`;
  }
  // The last image is the whole one.
  const half = firstAt(points, (one) => one >= exhibit.score / 2) ?? 1;
  if (half === 0) return `${score} is not halved by blurring: ${ends}.`;
  return `${score}, ${after}, is back at half of that with ${percent(half)} of the pixels sharp.`;
}
