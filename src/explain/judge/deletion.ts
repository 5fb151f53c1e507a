import { percent } from "../percent";
import { areaUnder, exchange, firstAt } from "./game";
import type { Judge } from "./judge";
import { scoreText } from "./scoreText";

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
    const half = firstAt(points, (score) => score < points.y[0]! / 2);
    const fall =
      half === undefined
        ? "never falls below half of that"
        : `falls below half of that with ${percent(half)} of the pixels blanked`;
    const verdict = `The score of ${exhibit.name}, ${scoreText(exhibit.score, exhibit)}, ${fall}.`;
    return { value: areaUnder(points.y), verdict, curve };
  },
};
