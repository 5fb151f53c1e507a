import type { Builder } from "../../../../graph/builder";
import { sliced, toTheEnd } from "./step";

export interface Rotary {
  /** [N, H, L, d] or, with `heads`, [N, L, H·d]. */
  readonly x: string;
  readonly heads?: number | undefined;
  /** [N or 1, L, r/2] */
  readonly cos: string;
  readonly sin: string;
  /** How many numbers of each head turn, from the first on; 0 = all. */
  readonly size: number;
  /** Whether the two numbers that turn together are neighbours, instead of half of `size` apart. */
  readonly interleaved: boolean;
}

/** Rotary position embedding: pairs of numbers of each head, turned by the angle of their position. */
export function rotary(g: Builder, { x, heads, cos, sin, size, interleaved }: Rotary): string {
  const split = heads ? g.op("Reshape", [x, g.ints([0, 0, heads, -1])]) : x;
  const headAxis = g.ints([heads ? 2 : 1]);
  const [c, s] = [cos, sin].map((value) => g.op("Unsqueeze", [value, headAxis]));
  const isPartial = size > 0 && g.dims(split)[3] !== size;
  const turning = isPartial ? sliced(g, split, 3, [0, size]) : split;
  const [first, second] = pairs(g, turning, interleaved);
  const product = (a: string, b: string) => g.op("Mul", [a, b]);
  const real = g.op("Sub", [product(c!, first), product(s!, second)]);
  const imaginary = g.op("Add", [product(s!, first), product(c!, second)]);
  const turned = joined(g, real, imaginary, interleaved);
  const whole = isPartial
    ? g.op("Concat", [turned, sliced(g, split, 3, [size, toTheEnd])], { axis: -1 })
    : turned;
  return heads ? g.op("Reshape", [whole, g.ints([0, 0, -1])]) : whole;
}

function pairs(g: Builder, x: string, interleaved: boolean): [string, string] {
  if (!interleaved) return g.ops("Split", [x], 2, { axis: -1, num_outputs: 2 }) as [string, string];
  return [sliced(g, x, 3, [0, toTheEnd, 2]), sliced(g, x, 3, [1, toTheEnd, 2])];
}

function joined(g: Builder, real: string, imaginary: string, interleaved: boolean): string {
  if (!interleaved) return g.op("Concat", [real, imaginary], { axis: -1 });
  const parts = [real, imaginary].map((part) => g.op("Unsqueeze", [part, g.ints([-1])]));
  return g.op("Reshape", [g.op("Concat", parts, { axis: -1 }), g.ints([0, 0, 0, -1])]);
}
