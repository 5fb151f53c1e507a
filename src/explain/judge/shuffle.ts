import { hashed } from "../hash";

/** So many numbers change places among themselves: a large matrix need not be in memory as a whole, and its rows still lose all that they know. */
export const runLength = 2 ** 20;

type Numbers = { readonly length: number; [index: number]: number } | BigUint64Array;

/**
 * Puts numbers in another order, the same for the same seed (Fisher and Yates). So they keep their mean, spread and signs, and variances stay positive.
 *
 * @param first how many numbers of the same sequence came before.
 */
export function shuffle(numbers: Numbers, seed: number, first = 0): void {
  const cells = numbers as { [index: number]: number };
  for (let i = numbers.length - 1; i > 0; i--) {
    const other = Math.floor(hashed(seed, first + i) * (i + 1));
    const kept = cells[i]!;
    cells[i] = cells[other]!;
    cells[other] = kept;
  }
}
