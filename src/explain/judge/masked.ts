import { checkVaries, refusal, type Exhibit } from "./judge";
import { pixelsOf } from "./pixels";
import { scoreText } from "./scoreText";

/** The score of the input times the map, which is first scaled to 0 … 1: in the network's own numbers, where 0 is the mean if the profile has one. */
export async function scoreOfMasked(exhibit: Exhibit): Promise<number> {
  checkVaries(exhibit);
  const { map, range } = exhibit;
  const { channels, at } = pixelsOf(exhibit);
  const write = (_index: number, data: Float32Array) => {
    map.data.forEach((value, pixel) => {
      const weight = (value - range.min) / (range.max - range.min);
      for (let channel = 0; channel < channels; channel++) data[at(pixel, channel)]! *= weight;
    });
  };
  for await (const [score] of exhibit.scores(1, write)) return score!;
  throw refusal("The network gave no score.");
}

/** Throws where a change of the score is no share of it. */
export function checkPositive(exhibit: Exhibit): void {
  if (exhibit.score > 0) return;
  throw refusal(
    `The score of ${exhibit.name} is ${scoreText(exhibit.score, exhibit)}, and only of a positive one a change is a share; set the “activation” in the model's profile, or explain another class.`,
  );
}
