import type { Dim } from "./graph";

/**
 * Arithmetic on sizes of which some are names. A product is written canonically: the number first, then the names sorted,
 * as in `5*N`; a factor of 1 is left out.
 */
interface Product {
  factor: number;
  names: string[];
}

function parse(dim: Dim): Product {
  if (typeof dim === "number") return { factor: dim, names: [] };
  const product: Product = { factor: 1, names: [] };
  for (const part of dim.split("*")) {
    if (/^\d+$/.test(part)) product.factor *= Number(part);
    else product.names.push(part);
  }
  return product;
}

function print({ factor, names }: Product): Dim {
  if (names.length === 0 || factor === 0) return factor;
  return [...(factor === 1 ? [] : [String(factor)]), ...names.sort()].join("*");
}

/** The product of sizes; 1 for none. */
export function multiplyDims(dims: readonly Dim[]): Dim {
  const result: Product = { factor: 1, names: [] };
  for (const dim of dims) {
    const { factor, names } = parse(dim);
    result.factor *= factor;
    result.names.push(...names);
  }
  return print(result);
}

/** `dividend / divisor`, or `undefined` when it is not known to be a whole size. */
export function divideDims(dividend: Dim, divisor: Dim): Dim | undefined {
  const result = parse(dividend);
  const { factor, names } = parse(divisor);
  if (factor === 0 || result.factor % factor !== 0) return undefined;
  result.factor /= factor;
  for (const name of names) {
    const at = result.names.indexOf(name);
    if (at < 0) return undefined;
    result.names.splice(at, 1);
  }
  return print(result);
}

/** Whether every size is a number. */
export function isConcrete(dims: readonly Dim[]): dims is readonly number[] {
  return dims.every((dim) => typeof dim === "number");
}

/** The names in a size: none for a number. */
export function dimNames(dim: Dim): readonly string[] {
  return parse(dim).names;
}

/** The size when every name stands for 1: one image. */
export function dimOfOne(dim: Dim): number {
  return parse(dim).factor;
}

/** `[N,3,224,224]`, for messages. */
export function printDims(dims: readonly Dim[]): string {
  return `[${dims.join(",")}]`;
}

/**
 * Numpy-style broadcasting. A name against 1 gives the name; a name against another name or number is taken to be equal (the
 * run would fail otherwise), and the number wins. `undefined` when two numbers do not fit.
 */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[]): Dim[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x === y || y === 1) result.push(x);
    else if (x === 1) result.push(y);
    else if (typeof x === "string") result.push(y);
    else if (typeof y === "string") result.push(x);
    else return undefined;
  }
  return result;
}
