/**
 * Fills in missing pixels: each becomes the weighted mean of its neighbours within the picture, of which some may be missing themselves: the four beside it count
 * 1/6, the four across 1/12 — Rong et al., ICML 2022, https://arxiv.org/abs/2202.00449, §4 (noisy linear imputation, here without the noise).
 *
 * So the values x of the missing pixels solve Ax = b; A has the weights of all neighbours on its diagonal, less those of missing ones beside it, and b is the sum over those that are there.
 */
const beside = 1 / 6;
const across = 1 / 12;

/** How small the residual becomes, relative to b. */
const tolerance = 1e-6;

/** A is symmetric and positive definite as long as one pixel is kept, so that this is never reached. */
const mostSteps = 10_000;

/**
 * A. Vectors have a place for every pixel of the picture and of a border around it, by rows, and are 0 wherever nothing is missing, so that a neighbour is found
 * without a table.
 */
export interface System {
  /** The places of the missing pixels, in order. */
  readonly missing: Uint32Array;
  readonly diagonal: Float64Array;
  /** From a place to the one below it. */
  readonly stride: number;
}

/** Throws `RangeError` when every pixel is missing. */
export function makeSystem(isMissing: Uint8Array, width: number): System {
  const stride = width + 2;
  const inside = new Float64Array(stride * (isMissing.length / width + 2));
  const missing: number[] = [];
  isMissing.forEach((one, pixel) => {
    const place = placeOf(pixel, width);
    inside[place] = 1;
    if (one) missing.push(place);
  });
  if (missing.length === isMissing.length) throw new RangeError("nothing is left to fill in from");
  const diagonal = new Float64Array(inside.length);
  for (const i of missing) diagonal[i] = above(inside, i, stride) + below(inside, i, stride);
  return { missing: Uint32Array.from(missing), diagonal, stride };
}

/** Where pixel number `pixel` lies among the places. */
export function placeOf(pixel: number, width: number): number {
  return (Math.floor(pixel / width) + 1) * (width + 2) + (pixel % width) + 1;
}

/** b, from a picture that is 0 where pixels are missing, and in the border. */
export function rightHandSide({ missing, stride }: System, picture: Float64Array): Float64Array {
  const b = new Float64Array(picture.length);
  for (const i of missing) b[i] = above(picture, i, stride) + below(picture, i, stride);
  return b;
}

/** The weighted sum over the neighbours that come before a place. */
function above(x: Float64Array, i: number, stride: number): number {
  const up = i - stride;
  return beside * (x[i - 1]! + x[up]!) + across * (x[up - 1]! + x[up + 1]!);
}

/** The weighted sum over the neighbours that come after it. */
function below(x: Float64Array, i: number, stride: number): number {
  const down = i + stride;
  return beside * (x[i + 1]! + x[down]!) + across * (x[down - 1]! + x[down + 1]!);
}

/** A·x into `result`. */
export function multiply(
  { missing, diagonal, stride }: System,
  x: Float64Array,
  result: Float64Array,
): void {
  for (const i of missing) {
    result[i] = diagonal[i]! * x[i]! - above(x, i, stride) - below(x, i, stride);
  }
}

/** Solves Ax = b by conjugate gradients, preconditioned by a modified incomplete Cholesky factorization, until |b − Ax| ≤ 1e-6·|b|. */
export function solve(system: System, b: Float64Array, pivots = factorize(system)): Float64Array {
  const { missing } = system;
  const dot = (u: Float64Array, v: Float64Array): number => {
    let sum = 0;
    for (const i of missing) sum += u[i]! * v[i]!;
    return sum;
  };
  const x = new Float64Array(b.length);
  const residual = b.slice();
  const product = new Float64Array(b.length);
  const correction = new Float64Array(b.length);
  const goal = tolerance ** 2 * dot(b, b);
  precondition(system, pivots, residual, correction);
  const direction = correction.slice();
  let slope = dot(residual, correction);
  for (let step = 0; step < mostSteps && dot(residual, residual) > goal; step++) {
    multiply(system, direction, product);
    const length = slope / dot(direction, product);
    for (const i of missing) {
      x[i]! += length * direction[i]!;
      residual[i]! -= length * product[i]!;
    }
    precondition(system, pivots, residual, correction);
    const next = dot(residual, correction);
    for (const i of missing) direction[i] = correction[i]! + (next / slope) * direction[i]!;
    slope = next;
  }
  return x;
}

/**
 * The pivots D of M = (D + L)·D⁻¹·(D + Lᵀ) ≈ A, where L is A below its diagonal: such that M has nearly the row sums of A, and the slow, smooth part of
 * a solution is found at once (Gustafsson, BIT 1978).
 */
export function factorize({ missing, diagonal, stride }: System): Float64Array {
  // With 1, a large hole could come out singular.
  const modified = 0.97;
  const isMissing = new Float64Array(diagonal.length);
  for (const i of missing) isMissing[i] = 1;
  const pivots = new Float64Array(diagonal.length).fill(Infinity);
  const term = (j: number, weight: number): number =>
    isMissing[j]
      ? (weight * (weight + modified * (below(isMissing, j, stride) - weight))) / pivots[j]!
      : 0;
  for (const i of missing) {
    const up = i - stride;
    const dropped =
      term(i - 1, beside) + term(up, beside) + term(up - 1, across) + term(up + 1, across);
    const pivot = diagonal[i]! - dropped;
    pivots[i] = pivot < diagonal[i]! / 4 ? diagonal[i]! : pivot;
  }
  return pivots;
}

/** M⁻¹·r into `result`, which is 0 where nothing is missing. */
function precondition(
  { missing, stride }: System,
  pivots: Float64Array,
  r: Float64Array,
  result: Float64Array,
): void {
  for (let at = 0; at < missing.length; at++) {
    const i = missing[at]!;
    result[i] = (r[i]! + above(result, i, stride)) / pivots[i]!;
  }
  for (let at = missing.length - 1; at >= 0; at--) {
    const i = missing[at]!;
    result[i]! += below(result, i, stride) / pivots[i]!;
  }
}
