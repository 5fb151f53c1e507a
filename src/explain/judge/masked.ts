import { checkVaries, refusal, type Trial } from "./judge";
import { pixelsOf } from "./pixels";
import { scoreText } from "./scoreText";

/** The score of the input times the map, which is first scaled to 0 … 1: in the network's own numbers, where 0 is the mean if the profile has one. */
export async function scoreOfMasked(trial: Trial): Promise<number> {
  checkVaries(trial);
  const { map, range } = trial;
  const { channels, at } = pixelsOf(trial);
  const write = (_index: number, data: Float32Array) => {
    map.data.forEach((value, pixel) => {
      const weight = (value - range.min) / (range.max - range.min);
      for (let channel = 0; channel < channels; channel++) data[at(pixel, channel)]! *= weight;
    });
  };
  for await (const [score] of trial.scores(1, write)) return score!;
  throw refusal("The network gave no score.");
}

/** Throws where a change of the score is no share of it. */
export function checkPositive(trial: Trial): void {
  if (trial.score > 0) return;
  throw refusal(
    `The score of ${trial.name} is ${scoreText(trial.score, trial)}, and only of a positive one a change is a share; set the “activation” in the model's profile, or explain another class.`,
  );
}
