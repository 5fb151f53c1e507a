import type { Judge } from "./judge";
import { scoreOfMasked } from "./masked";
import { scoreText } from "./scoreText";

/** Increase in confidence, of one image — Chattopadhyay et al., WACV 2018, https://arxiv.org/abs/1710.11063, §4.1: 1 where Y < O, else 0. */
export const averageIncrease: Judge = {
  id: "averageIncrease",
  title: "Average increase",
  meaning:
    "The image is multiplied by the map: 1 when the score rises, since what spoke against the class is gone, else 0; over many images, the share that rises.",
  better: "higher",
  async *judge(exhibit) {
    const masked = await scoreOfMasked(exhibit);
    yield 1;
    const rises = exhibit.score < masked;
    const [before, after] = [exhibit.score, masked].map((score) => scoreText(score, exhibit));
    const both =
      before === after ? `${before} before and after` : `${before} before, ${after} after`;
    const barely = rises && before === after ? ", by less than is shown" : "";
    const verdict = `Of the image times the map, the score of ${exhibit.name} ${rises ? "rises" : "does not rise"}: ${both}${barely}.`;
    return { value: rises ? 1 : 0, verdict };
  },
};
