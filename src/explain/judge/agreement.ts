/** How far maps say the same. Maps are compared place by place: the same number of values in the same order; NaN = a place that a map does not have. */

/** Maps of different sizes are compared in so many rows and columns of the image. */
export const comparedSide = 64;
/** From this share of its largest value on, a map counts as strong. */
export const strongFrom = 0.2;

/** What two maps have in common. */
export interface Agreement {
  /** Spearman's rank correlation, −1 to 1; absent where one of them is the same everywhere. */
  readonly rankCorrelation?: number;
  /** Intersection over union of where each is strong, 0 to 1; absent where neither is strong anywhere. */
  readonly overlap?: number;
}

/**
 * Compares two maps where both have a value.
 *
 * @param threshold τ: a map is strong from this share of its largest value on, 0 to 1.
 */
export function agreement(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  threshold: number,
): Agreement {
  const [first, second] = shared(a, b);
  return {
    rankCorrelation: rankCorrelation(first, second),
    overlap: overlap(first, second, threshold),
  };
}

/**
 * Spearman's rank correlation, −1 to 1: Pearson's of the ranks, where equal values share the mean of theirs (as `scipy.stats.spearmanr`). `undefined` where one of the
 * lists is the same everywhere, since it ranks nothing.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const first = ranks(a);
  const second = ranks(b);
  // The mean of all ranks, ties or not.
  const mean = (a.length - 1) / 2;
  let [product, ofFirst, ofSecond] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const x = first[i]! - mean;
    const y = second[i]! - mean;
    product += x * y;
    ofFirst += x * x;
    ofSecond += y * y;
  }
  if (ofFirst === 0 || ofSecond === 0) return undefined;
  return Math.min(1, Math.max(-1, product / Math.sqrt(ofFirst * ofSecond)));
}

/** Intersection over union of the places with at least the share `threshold` of a map's largest value; a map without a positive value has none. */
export function overlap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  threshold: number,
): number | undefined {
  const [inFirst, inSecond] = [strong(a, threshold), strong(b, threshold)];
  let [both, any] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [first, second] = [inFirst(a[i]!), inSecond(b[i]!)];
    if (first && second) both++;
    if (first || second) any++;
  }
  return any === 0 ? undefined : both / any;
}

function strong(map: ArrayLike<number>, threshold: number): (value: number) => boolean {
  let largest = 0;
  for (let i = 0; i < map.length; i++) if (map[i]! > largest) largest = map[i]!;
  return (value) => value > 0 && value >= threshold * largest;
}

/** From 0 on; equal values have the mean of the ranks that they take. */
function ranks(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const rankOf = new Map<number, number>();
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    rankOf.set(sorted[start]!, (start + end - 1) / 2);
    start = end;
  }
  return Float64Array.from(values, (value) => rankOf.get(value)!);
}

/** The values of the places that both have. */
function shared(a: ArrayLike<number>, b: ArrayLike<number>): [number[], number[]] {
  const [first, second]: [number[], number[]] = [[], []];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]!) || Number.isNaN(b[i]!)) continue;
    first.push(a[i]!);
    second.push(b[i]!);
  }
  return [first, second];
}
