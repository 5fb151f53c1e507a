import fc from "fast-check";

/** Parts that made-up cases are put together from. */

export const size = (least: number, most: number) => fc.integer({ min: least, max: most });

export const shape = (leastRank: number, mostRank: number, least = 1, most = 4) =>
  fc.array(size(least, most), { minLength: leastRank, maxLength: mostRank });

export const one = <T>(...values: T[]) => fc.constantFrom(...values);

/** As many values as `like` has, each from an arbitrary of its own. */
export function each<T>(
  like: readonly unknown[],
  make: (i: number) => fc.Arbitrary<T>,
): fc.Arbitrary<T[]> {
  return fc.tuple(...like.map((_, i) => make(i)));
}

/** An axis of `rank`, counted from either end. */
export const axis = (rank: number) => size(-rank, rank - 1);

/** Different axes, counted from either end, in any order. */
export function axes(rank: number, least = 0): fc.Arbitrary<number[]> {
  const all = Array.from({ length: rank }, (_, i) => i);
  return fc
    .shuffledSubarray(all, { minLength: least })
    .chain((some) => each(some, (i) => one(some[i]!, some[i]! - rank)));
}

/** All axes in any order. */
export const permutation = (rank: number) => {
  const all = Array.from({ length: rank }, (_, i) => i);
  return fc.shuffledSubarray(all, { minLength: rank, maxLength: rank });
};

/** Shapes that broadcast to `dims`: without some leading axes, with 1 in some places. */
export function broadcastable(dims: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      size(0, dims.length),
      each(dims, () => fc.boolean()),
    )
    .map(([cut, ones]) => dims.map((dim, i) => (ones[i] ? 1 : dim)).slice(cut));
}

/** Integers that name places of an axis, from either end. */
export const places = (length: number, count: number) =>
  fc.array(size(-length, length - 1), { minLength: count, maxLength: count });
