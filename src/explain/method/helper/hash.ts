/** lowbias32 by Chris Wellons, https://nullprogram.com/blog/2018/07/31/: a bijection of 32-bit integers. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** Number `index` of the sequence of a seed, uniform in [0,1): a hash of both (32-bit integers), so that it is the same on every machine and in any order. */
export function hashed(seed: number, index: number): number {
  return (mix(mix(index) ^ mix(seed)) >>> 0) / 2 ** 32;
}
