/** How a tensor is made from the hash. */
export interface Rule {
  readonly dims: readonly number[];
  readonly seed: number;
  readonly scale: number;
  readonly shift: number;
  /** Its axes in the file's order, where an exporter has moved them. */
  readonly perm?: readonly number[];
}

/** lowbias32, as in make/hashWeights.py: a bijection of 32-bit integers. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** A tensor as it lies in the file. */
export function weightOf(rule: Rule): Float32Array {
  const values = hashTensor(rule);
  const { dims, perm } = rule;
  if (!perm) return values;
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const steps = perm.map((axis) => strides[axis]!);
  const moved = perm.map((axis) => dims[axis]!);
  return values.map((_, at) => {
    let from = 0;
    for (let axis = moved.length - 1; axis >= 0; axis--) {
      from += (at % moved[axis]!) * steps[axis]!;
      at = Math.floor(at / moved[axis]!);
    }
    return values[from]!;
  });
}

/** The same numbers as `tensor` of make/hashWeights.py, to the last bit. */
export function hashTensor({ dims, seed, scale, shift }: Rule): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  const key = mix(seed);
  for (let i = 0; i < data.length; i++) data[i] = shift + scale * (mix(mix(i) ^ key) / 2 ** 31);
  return data;
}
