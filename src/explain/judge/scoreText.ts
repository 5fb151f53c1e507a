import { strength } from "../percent";
import type { Exhibit } from "./judge";

type Kind = Pick<Exhibit, "isProbability">;

/** Probabilities below this are written as “< 0.1 %”. */
const leastWritten = 0.001;
/** A score counts as risen when it is larger by this share. */
const risen = 0.1;

/** A score in words: “87 %”, or the number where it is no probability. */
export function scoreText(score: number, { isProbability }: Kind): string {
  return strength(score, isProbability ? "softmax" : "none").replaceAll("-", "−");
}

/** Whether no share of a score means anything: a probability near 0, or a logit that is not positive. */
export function isNothing(score: number, { isProbability }: Kind): boolean {
  return isProbability ? score < leastWritten : score <= 0;
}

/** Whether a score is noticeably larger than another; from nothing, it has to become something. */
export function isRisen(score: number, from: number, kind: Kind): boolean {
  return !isNothing(score, kind) && (isNothing(from, kind) || score > (1 + risen) * from);
}
