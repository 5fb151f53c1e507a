/** lowbias32 by Chris Wellons, https://nullprogram.com/blog/2018/07/31/: a bijection of 32-bit integers, with 0 where it was. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** 2³² / φ: what a seed of 0 is moved by, lest it stay 0. */
const golden = 0x9e3779b9;

/**
 * Number `index` of the sequence of a seed, uniform in [0,1): a hash of both (32-bit integers), so that it is the same on every machine and in any order. No number comes twice in a sequence of 2³².
 * Where a sequence starts is a hash of its seed, and the seed comes in once more behind that: so no sequence is a part of another.
 */
export function hashed(seed: number, index: number): number {
  return (mix(mix(mix(seed + golden) + index) ^ seed) >>> 0) / 2 ** 32;
}
