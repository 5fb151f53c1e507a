import type { Builder } from "../../../graph/builder";

/** 1 where low < x < high, else 0, in the element type of x; the bounds are numbers or infinite. */
export function inside(g: Builder, x: string, low: number, high: number): string {
  const tests = [
    ...(low === -Infinity && high < Infinity ? [] : [g.op("Greater", [x, g.scalar(low, x)])]),
    ...(high === Infinity ? [] : [g.op("Less", [x, g.scalar(high, x)])]),
  ];
  const both = tests.reduce((a, b) => g.op("And", [a, b]));
  return g.op("Cast", [both], { to: g.type(x) });
}
