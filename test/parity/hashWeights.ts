/** How a tensor is made from the hash. */
export interface Rule {
  readonly dims: readonly number[];
  readonly seed: number;
  readonly scale: number;
  readonly shift: number;
}

/** lowbias32, as in make/hashWeights.py: a bijection of 32-bit integers. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** The same numbers as `tensor` of make/hashWeights.py, to the last bit. */
export function hashTensor({ dims, seed, scale, shift }: Rule): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  const key = mix(seed);
  for (let i = 0; i < data.length; i++) data[i] = shift + scale * (mix(mix(i) ^ key) / 2 ** 31);
  return data;
}
