import { percent } from "../percent";
import type { Exhibit, Judge } from "./judge";
import { checkPositive, scoreOfMasked } from "./masked";
import { isNothing, isRisen, scoreText } from "./scoreText";

/** Average drop, of one image — Chattopadhyay et al., WACV 2018, https://arxiv.org/abs/1710.11063, §4.1: max(0, Y − O) / Y. */
export const averageDrop: Judge = {
  id: "averageDrop",
  title: "Average drop",
  meaning:
    "The image is multiplied by the map: the share of the score that is lost (0 to 1) is small when the map keeps what the score needs.",
  better: "lower",
  async *judge(exhibit) {
    checkPositive(exhibit);
    const masked = await scoreOfMasked(exhibit);
    yield 1;
    const value = Math.max(0, exhibit.score - masked) / exhibit.score;
    const [before, after] = [exhibit.score, masked].map((score) => scoreText(score, exhibit));
    const verdict = `Of the image times the map, the score of ${exhibit.name} is ${after} instead of ${before}: ${lost(value, masked, exhibit)}.`;
    return { value, verdict };
  },
};

function lost(value: number, masked: number, exhibit: Exhibit): string {
  const rises = isRisen(masked, exhibit.score, exhibit);
  if (isNothing(exhibit.score, exhibit)) {
    const had = "there was nothing to lose, so that the drop says nothing of the map";
    return rises ? `it rises, and ${had}` : had;
  }
  if (rises) return "it rises, so that nothing is lost";
  return value === 0 ? "nothing of it is lost" : `${percent(value)} of it is lost`;
}
