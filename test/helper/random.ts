import { sizeOf, tensor, type Tensor } from "../../src/explain/tensor";

/** Mulberry32: a seeded generator of numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Seeded normal numbers (Box–Muller). */
export function normal(
  dims: readonly number[],
  seed: number,
  type: "float32" | "float64" = "float64",
): Tensor {
  const next = generator(seed);
  const values = Array.from(
    { length: sizeOf(dims) },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
  return tensor(type, values, dims);
}

/** Seeded numbers around 0 of which no two are closer than 0.1: a shuffled ladder, for operators that compare. */
export function distinct(dims: readonly number[], seed: number): Tensor {
  const next = generator(seed);
  const size = sizeOf(dims);
  const keys = Array.from({ length: size }, (_, i) => ({ i, key: next() }));
  keys.sort((a, b) => a.key - b.key);
  return tensor(
    "float64",
    keys.map(({ i }) => 0.1 * (i - size / 2)),
    dims,
  );
}

/** Seeded numbers in [0.5, 1.5): variances. */
export function uniform(dims: readonly number[], seed: number): Tensor {
  const next = generator(seed);
  const values = Array.from({ length: sizeOf(dims) }, () => 0.5 + next());
  return tensor("float32", values, dims);
}
