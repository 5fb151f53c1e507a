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

/** After so many numbers that a step has changed, other work may have its turn: some 15 milliseconds. */
const workAtOnce = 500_000;

/**
 * A, for all channels together. Vectors have a place for every channel of every pixel of the picture and of a border around it, by rows with the channels innermost, and are 0
 * wherever nothing is missing, so that a neighbour is found without a table. Channels do not wait for each other, so that a processor fills them in nearly at once.
 */
export interface System {
  /** The places of the missing pixels' channels, in order. */
  readonly missing: Uint32Array;
  readonly diagonal: Float64Array;
  /** From a place to the same channel of the next pixel: how many channels there are. */
  readonly next: number;
  /** From a place to the one below it. */
  readonly stride: number;
}

type Neighbours = Pick<System, "next" | "stride">;

/** Throws `RangeError` when every pixel is missing. */
export function makeSystem(isMissing: Uint8Array, width: number, channels: number): System {
  const size = { next: channels, stride: (width + 2) * channels };
  const inside = new Float64Array(size.stride * (isMissing.length / width + 2));
  const missing: number[] = [];
  isMissing.forEach((one, pixel) => {
    const first = placeOf(pixel, width, channels);
    for (let place = first; place < first + channels; place++) {
      inside[place] = 1;
      if (one) missing.push(place);
    }
  });
  if (missing.length === isMissing.length * channels) {
    throw new RangeError("nothing is left to fill in from");
  }
  const diagonal = new Float64Array(inside.length);
  for (const i of missing) diagonal[i] = above(inside, i, size) + below(inside, i, size);
  return { missing: Uint32Array.from(missing), diagonal, ...size };
}

/** Where the first channel of pixel number `pixel` lies among the places. */
export function placeOf(pixel: number, width: number, channels: number): number {
  return ((Math.floor(pixel / width) + 1) * (width + 2) + (pixel % width) + 1) * channels;
}

/** b, from a picture that is 0 where pixels are missing, and in the border. */
export function rightHandSide(system: System, picture: Float64Array): Float64Array {
  const b = new Float64Array(picture.length);
  for (const i of system.missing) b[i] = above(picture, i, system) + below(picture, i, system);
  return b;
}

/** The weighted sum over the neighbours that come before a place. */
function above(x: Float64Array, i: number, { next, stride }: Neighbours): number {
  const up = i - stride;
  return beside * (x[i - next]! + x[up]!) + across * (x[up - next]! + x[up + next]!);
}

/** The weighted sum over the neighbours that come after it. */
function below(x: Float64Array, i: number, { next, stride }: Neighbours): number {
  const down = i + stride;
  return beside * (x[i + next]! + x[down]!) + across * (x[down - next]! + x[down + next]!);
}

/** A·x into `result`. */
export function multiply(system: System, x: Float64Array, result: Float64Array): void {
  const { missing, diagonal } = system;
  for (const i of missing) {
    result[i] = diagonal[i]! * x[i]! - above(x, i, system) - below(x, i, system);
  }
}

/**
 * Solves Ax = b by conjugate gradients, preconditioned by a modified incomplete Cholesky factorization, until |b − Ax| ≤ 1e-6·|b|. Yields where other work may
 * have its turn.
 */
export function* solve(system: System, b: Float64Array): Generator<undefined, Float64Array> {
  const { missing } = system;
  const dot = (u: Float64Array, v: Float64Array): number => {
    let sum = 0;
    for (const i of missing) sum += u[i]! * v[i]!;
    return sum;
  };
  const inverses = factorize(system);
  const x = new Float64Array(b.length);
  const residual = b.slice();
  const product = new Float64Array(b.length);
  const correction = new Float64Array(b.length);
  const goal = tolerance ** 2 * dot(b, b);
  precondition(system, inverses, residual, correction);
  const direction = correction.slice();
  let slope = dot(residual, correction);
  let work = 0;
  for (let step = 0; step < mostSteps && dot(residual, residual) > goal; step++) {
    multiply(system, direction, product);
    const length = slope / dot(direction, product);
    for (const i of missing) {
      x[i]! += length * direction[i]!;
      residual[i]! -= length * product[i]!;
    }
    precondition(system, inverses, residual, correction);
    const next = dot(residual, correction);
    for (const i of missing) direction[i] = correction[i]! + (next / slope) * direction[i]!;
    slope = next;
    work += missing.length;
    if (work < workAtOnce) continue;
    work = 0;
    yield;
  }
  return x;
}

/**
 * 1/D of M = (D + L)·D⁻¹·(D + Lᵀ) ≈ A, where L is A below its diagonal: such that M has nearly the row sums of A, and the slow, smooth part of
 * a solution is found at once (Gustafsson, BIT 1978).
 */
function factorize(system: System): Float64Array {
  // With 1, a large hole could come out singular.
  const modified = 0.99;
  const { missing, diagonal, next, stride } = system;
  const isMissing = new Float64Array(diagonal.length);
  for (const i of missing) isMissing[i] = 1;
  const inverses = new Float64Array(diagonal.length);
  const term = (j: number, weight: number): number =>
    weight * (weight + modified * (below(isMissing, j, system) - weight)) * inverses[j]!;
  for (const i of missing) {
    const up = i - stride;
    const dropped =
      term(i - next, beside) + term(up, beside) + term(up - next, across) + term(up + next, across);
    const pivot = diagonal[i]! - dropped;
    inverses[i] = 1 / (pivot < diagonal[i]! / 4 ? diagonal[i]! : pivot);
  }
  return inverses;
}

/** M⁻¹·r into `result`, which is 0 where nothing is missing. */
function precondition(
  system: System,
  inverses: Float64Array,
  r: Float64Array,
  result: Float64Array,
): void {
  const { missing } = system;
  for (let at = 0; at < missing.length; at++) {
    const i = missing[at]!;
    result[i] = (r[i]! + above(result, i, system)) * inverses[i]!;
  }
  for (let at = missing.length - 1; at >= 0; at--) {
    const i = missing[at]!;
    result[i]! += below(result, i, system) * inverses[i]!;
  }
}
