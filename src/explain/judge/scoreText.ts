import { strength } from "../percent";
import type { Exhibit } from "./judge";

/** A score in words: “87 %”, or the number where it is no probability. */
export function scoreText(
  score: number,
  { isProbability }: Pick<Exhibit, "isProbability">,
): string {
  return strength(score, isProbability ? "softmax" : "none");
}
