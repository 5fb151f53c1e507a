import { strength } from "../percent";
import type { Trial } from "./judge";

/** A score in words: “87 %”, or the number where it is no probability. */
export function scoreText(score: number, { isProbability }: Pick<Trial, "isProbability">): string {
  return strength(score, isProbability ? "softmax" : "none");
}
