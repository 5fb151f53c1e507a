import { percent } from "../percent";
import { blur } from "./blur";
import { areaUnder, exchange, firstAt } from "./game";
import type { Judge } from "./judge";
import { scoreText } from "./scoreText";

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
    const blurred = points.y[0]!;
    const half = firstAt(points, (score) => score >= exhibit.score / 2);
    const rise =
      half === undefined
        ? "does not come back to half of that with any share of the pixels"
        : `is back at half of that with ${percent(half)} of the pixels sharp`;
    const verdict =
      half === 0
        ? `Blurring hardly matters here: the score of ${exhibit.name} is ${scoreText(blurred, exhibit)} without any sharp pixel, of ${scoreText(exhibit.score, exhibit)} with all of them.`
        : `The score of ${exhibit.name}, ${scoreText(exhibit.score, exhibit)}, ${rise}.`;
    return { value: areaUnder(points.y), verdict, curve };
  },
};
