import type { Builder } from "../../graph/builder";
import { transposed } from "../../op/helper/matrix";
import { tensor } from "../../tensor";
import type { Activation } from "./activation";

/** A matrix is raised to the power 2^squarings · products: directions whose singular values differ by a thousandth are told apart to about 1e-3. */
const squarings = 8;
const products = 32;
/** Keeps 0/0 away and changes no other quotient. */
const tiny = 1e-37;

/**
 * The projection of every place on the first principal direction of the channels: [N,C,h·w] to [N,h,w], or with an axis K in front. Each channel is less its mean,
 * so that the map sums to 0; its sign is the one that makes the projection of what was not centred sum to more than 0. 0 where nothing varies.
 *
 * The direction is found by powers of the smaller of the two Gram matrices, places × places or channels × channels.
 */
export function principalMap(g: Builder, { flat, height, width }: Activation): string {
  const [channels, places] = g.dims(flat).slice(-2) as [number, number];
  const means = g.op("ReduceMean", [flat, g.ints([-1])]);
  const centred = g.op("Sub", [flat, means]);
  const scaled = divided(g, centred, g.op("ReduceMax", [g.op("Abs", [centred]), g.ints([-2, -1])]));
  const turned = transposed(g, scaled);
  // As columns: of the direction itself, or of the map that it makes.
  const direction =
    channels < places
      ? principal(g, g.op("MatMul", [scaled, turned]), channels)
      : unit(g, g.op("MatMul", [scaled, principal(g, g.op("MatMul", [turned, scaled]), places)]));
  const row = transposed(g, direction);
  const against = g.op("Less", [g.op("MatMul", [row, means]), g.scalar(0, row)]);
  const sign = g.op("Where", [against, g.scalar(-1, row), g.scalar(1, row)]);
  const map = g.op("Mul", [g.op("MatMul", [row, centred]), sign]);
  return g.reshape(map, [...g.dims(flat).slice(0, -2), height, width]);
}

/** The eigenvector of the largest eigenvalue of symmetric matrices […,n,n], as a column […,n,1] of length 1; 0 for the matrix 0. */
function principal(g: Builder, matrix: string, n: number): string {
  let power = matrix;
  for (let i = 0; i < squarings; i++) {
    const normed = divided(g, power, norm(g, power));
    power = g.op("MatMul", [normed, normed]);
  }
  let vector = unit(g, longestColumn(g, power, n));
  for (let i = 0; i < products; i++) vector = unit(g, g.op("MatMul", [power, vector]));
  return vector;
}

/** Of a matrix that is nearly of rank one, the column least spoilt by rounding. */
function longestColumn(g: Builder, matrix: string, n: number): string {
  const lengths = g.op("ReduceSumSquare", [matrix, g.ints([-2])], { keepdims: 0 });
  const longest = g.op("ArgMax", [lengths], { axis: -1, keepdims: 0 });
  const [depth, values] = [tensor("int64", [n], []), tensor(g.type(matrix), [0, 1])];
  const pick = g.op("OneHot", [longest, g.constant(depth), g.constant(values)], { axis: -1 });
  return g.op("MatMul", [matrix, g.op("Unsqueeze", [pick, g.ints([-1])])]);
}

/** Columns of length 1. */
function unit(g: Builder, columns: string): string {
  return divided(g, columns, norm(g, columns));
}

function norm(g: Builder, matrices: string): string {
  return g.op("ReduceL2", [matrices, g.ints([-2, -1])]);
}

/** value / max(by, tiny) */
function divided(g: Builder, value: string, by: string): string {
  return g.op("Div", [value, g.op("Max", [by, g.scalar(tiny, by)])]);
}
