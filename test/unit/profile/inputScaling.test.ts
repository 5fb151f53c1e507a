import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { findInputScaling } from "../../../src/explain/model/inputScaling";
import { tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";

type Start = (g: Builder, x: string, c: (...values: number[]) => string) => string;

/** What is found of a graph that begins as `start` says and goes on with a convolution. */
function scalingOf(start: Start) {
  const g = new Builder("test");
  const x = g.input("image", "float32", ["N", 3, 16, 16]);
  const constant = (...values: number[]) =>
    g.constant(tensor("float32", values, values.length === 1 ? [] : [1, values.length, 1, 1]));
  const weights = g.parameter("weights", { ...normal([4, 3, 3, 3], 1), type: "float32" });
  const y = g.op("Conv", [start(g, x, constant), weights]);
  return findInputScaling(g.finish([y]), "image");
}

const statistics = (g: Builder, x: string, mean: number, variance: number) => {
  const each = (value: number) => g.constant(tensor("float32", [value, value, value]));
  return g.op("BatchNormalization", [x, each(1), each(0), each(mean), each(variance)]);
};

const found: [claim: string, start: Start, range: number][] = [
  ["Rescaling by 1/255", (g, x, c) => g.op("Mul", [x, c(1 / 255)]), 255],
  ["Rescaling to ±1", (g, x, c) => g.op("Sub", [g.op("Div", [x, c(127.5)]), c(1)]), 255],
  [
    "ImageNet's mean and standard deviation in bytes",
    (g, x, c) => g.op("Div", [g.op("Sub", [x, c(123.7, 116.3, 103.5)]), c(58.4, 57.1, 57.4)]),
    255,
  ],
  ["means alone", (g, x, c) => g.op("Sub", [x, c(123.7, 116.3, 103.5)]), 255],
  [
    "ImageNet's mean and standard deviation",
    (g, x, c) => g.op("Div", [g.op("Sub", [x, c(0.485, 0.456, 0.406)]), c(0.229, 0.224, 0.225)]),
    1,
  ],
  ["2·x − 1", (g, x, c) => g.op("Add", [g.op("Mul", [c(2), x]), c(-1)]), 1],
  ["statistics of bytes", (g, x) => statistics(g, x, 120, 60 ** 2), 255],
  ["statistics of numbers from 0 to 1", (g, x) => statistics(g, x, 0.45, 0.06), 1],
  [
    "a Cast and a Transpose before it",
    (g, x, c) => {
      const last = g.op("Transpose", [g.op("Cast", [x], { to: "float32" })], {
        perm: [0, 2, 3, 1],
      });
      return g.op("Transpose", [g.op("Mul", [last, c(1 / 255)])], { perm: [0, 3, 1, 2] });
    },
    255,
  ],
];

for (const [claim, start, range] of found) {
  test(`${claim}: the graph takes 0–${range}`, () => {
    expect(scalingOf(start)).toMatchObject({
      range,
      detail: expect.stringMatching(new RegExp(`the graph itself scales.*0–${range}`)),
    });
  });
}

const nothing: [claim: string, start: Start][] = [
  ["a convolution at once", (_g, x) => x],
  ["statistics of numbers that were normalized before", (g, x) => statistics(g, x, 0.02, 0.98)],
  ["a factor that fits no range", (g, x, c) => g.op("Mul", [x, c(0.1)])],
  [
    "a learned bias of each place",
    (g, x) => g.op("Add", [x, g.constant(normal([1, 3, 16, 16], 2))]),
  ],
  ["the image read twice", (g, x, c) => g.op("Add", [g.op("Mul", [x, c(1 / 255)]), x])],
];

for (const [claim, start] of nothing) {
  test(`${claim} says nothing of the range`, () => expect(scalingOf(start)).toBeUndefined());
}
