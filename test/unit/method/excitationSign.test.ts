import { describe, expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { isNonNegative } from "../../../src/explain/method/excitation/sign";
import { wayBetween } from "../../../src/explain/method/excitation/way";
import { tensor } from "../../../src/explain/tensor";

type Made = (g: Builder, x: string, relu: string) => string;

const constant = (g: Builder, ...values: number[]) => g.constant(tensor("float64", values));
const number = (g: Builder, value: number, x: string) => g.scalar(value, x);

/** Whether what `make` makes of an image `x`, and of its ReLU, is known to have no negative number. */
function isKnown(make: Made): boolean {
  const g = new Builder("test");
  const x = g.input("x", "float64", [1, 2]);
  const y = make(g, x, g.op("Relu", [x]));
  return isNonNegative(wayBetween(g.finish([y]), x, y), y);
}

describe("known to have no negative number", () => {
  test.each<[string, Made]>([
    ["a ReLU", (_g, _x, relu) => relu],
    ["a ReLU's maximum", (g, _x, relu) => g.op("ReduceMax", [relu])],
    ["a ReLU, reshaped", (g, _x, relu) => g.op("Reshape", [relu, g.ints([-1, 1])])],
    ["two ReLUs, added", (g, _x, relu) => g.op("Add", [relu, g.op("Abs", [relu])])],
    ["what is clipped at 0", (g, x) => g.op("Clip", [x, number(g, 0, x), number(g, 6, x)])],
    ["what is clipped above 0", (g, x) => g.op("Clip", [x, number(g, 0.5, x)])],
    ["the larger of a value and 0", (g, x) => g.op("Max", [x, number(g, 0, x)])],
    [
      "ReLUs side by side",
      (g, _x, relu) => g.op("Concat", [relu, g.op("Sigmoid", [relu])], { axis: 1 }),
    ],
    [
      "a ReLU with a constant above 0 added",
      (g, _x, relu) => g.op("Add", [relu, constant(g, 0, 2)]),
    ],
    [
      "a ReLU beside a constant above 0",
      (g, _x, relu) =>
        g.op("Concat", [relu, g.constant(tensor("float64", [0.5, 0], [1, 2]))], { axis: 1 }),
    ],
    [
      "a leaky ReLU of what is not negative",
      (g, _x, relu) => g.op("LeakyRelu", [relu], { alpha: 0.1 }),
    ],
  ])("%s", (_what, make) => {
    expect(isKnown(make)).toBe(true);
  });
});

describe("not known to have no negative number", () => {
  test.each<[string, Made]>([
    ["the image", (_g, x) => x],
    [
      "a ReLU with a negative constant added",
      (g, _x, relu) => g.op("Add", [relu, constant(g, -1, 2)]),
    ],
    ["the same, the constant first", (g, _x, relu) => g.op("Add", [constant(g, 3, -0.5), relu])],
    ["a ReLU and the image, added", (g, x, relu) => g.op("Add", [relu, x])],
    ["what is clipped below 0", (g, x) => g.op("Clip", [x, number(g, -1, x), number(g, 1, x)])],
    ["what is clipped from above alone", (g, x) => g.op("Clip", [x, "", number(g, 6, x)])],
    ["what is not clipped at all", (g, x) => g.op("Clip", [x])],
    ["the larger of the image and −1", (g, x) => g.op("Max", [x, number(g, -1, x)])],
    ["the smaller of a ReLU and −1", (g, x, relu) => g.op("Min", [relu, number(g, -1, x)])],
    ["a ReLU less a constant", (g, _x, relu) => g.op("Sub", [relu, constant(g, 1, 1)])],
    ["a leaky ReLU of the image", (g, x) => g.op("LeakyRelu", [x], { alpha: 0.1 })],
    ["a ReLU beside the image", (g, x, relu) => g.op("Concat", [relu, x], { axis: 1 })],
    [
      "a ReLU beside a negative constant",
      (g, _x, relu) =>
        g.op("Concat", [relu, g.constant(tensor("float64", [0.5, -0.5], [1, 2]))], { axis: 1 }),
    ],
  ])("%s", (_what, make) => {
    expect(isKnown(make)).toBe(false);
  });
});
