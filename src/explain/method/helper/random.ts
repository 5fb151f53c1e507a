import { hashed } from "../../hash";

/** Number by number a sequence of its own for every seed and part of it (32-bit integers), uniform in (0,1); the same on every machine and in any order. */
export function uniform(seed: number, part: number): (index: number) => number {
  const own = hashed(seed, part) * 2 ** 32;
  return (index) => hashed(own, index) + 2 ** -33;
}

/** The first `count` numbers of a sequence of its own for every seed and part of it, normal with mean 0 and deviation 1 (Box–Muller). */
export function normal(seed: number, part: number, count: number): Float32Array {
  const next = uniform(seed, part);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(next(i)));
    const angle = 2 * Math.PI * next(i + 1);
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}
