/** Largest difference from the golden, relative to the golden's largest value. */
export function error(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  let largest = 0;
  let worst = 0;
  for (let i = 0; i < golden.length; i++) {
    largest = Math.max(largest, Math.abs(golden[i]!));
    worst = Math.max(worst, Math.abs(ours[i]! - golden[i]!));
  }
  return worst / largest;
}
