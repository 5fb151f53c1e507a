import { percent } from "../percent";
import type { Judge } from "./judge";
import { checkPositive, scoreOfMasked } from "./masked";
import { scoreText } from "./scoreText";

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
    const lost = value === 0 ? "nothing of it is lost" : `${percent(value)} of it is lost`;
    const verdict = `Of the image times the map, ${exhibit.name} has the score ${after} instead of ${before}: ${lost}.`;
    return { value, verdict };
  },
};
