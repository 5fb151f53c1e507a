import { dtypes, type DType, type Tensor } from "../../tensor";
import type { Op } from "../op";
import { broadcast, map, mapPairs } from "./elementwise";

/** Operators on the bits of two integers, broadcast against each other. */
export function bitwise(f: (a: bigint, b: bigint) => bigint): Pick<Op, "shape" | "eval"> {
  return {
    shape: (context) => broadcast(context),
    eval: ([a, b]) => [combine(a!, b!, f)],
  };
}

/** `f` of every pair of integers, cut back to the width of their element type. */
export function combine(a: Tensor, b: Tensor, f: (a: bigint, b: bigint) => bigint): Tensor {
  return mapPairs(a, b, (x, y) => cut(f(BigInt(x), BigInt(y)), a.type));
}

/** Every bit turned round. */
export function inverted(x: Tensor): Tensor {
  return map(x, (v) => cut(~BigInt(v), x.type));
}

function cut(value: bigint, type: DType): number {
  const bits = 8 * dtypes[type].bytes;
  return Number(type.startsWith("u") ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}
