import type { Builder } from "../../graph/builder";

/** 1 where `condition` holds and 0 elsewhere, in the element type of `like`: Cast and Mul run faster than Where. */
export function mask(g: Builder, condition: string, like: string): string {
  return g.op("Cast", [condition], { to: g.type(like) });
}

/** `value` times a number. */
export function scale(g: Builder, value: string, factor: number): string {
  return factor === 1 ? value : g.op("Mul", [value, g.scalar(factor, value)]);
}

/** `value` plus a number. */
export function shift(g: Builder, value: string, amount: number): string {
  return amount === 0 ? value : g.op("Add", [value, g.scalar(amount, value)]);
}

/** 1 − x² */
export function oneMinusSquare(g: Builder, x: string): string {
  return g.op("Sub", [g.scalar(1, x), g.op("Mul", [x, x])]);
}
