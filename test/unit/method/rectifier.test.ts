import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { deconvnet } from "../../../src/explain/method/deconvnet";
import { guidedBackprop } from "../../../src/explain/method/guidedBackprop";
import { findRectifiers } from "../../../src/explain/model/rectifier";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, type Classifier } from "../../helper/classifier";
import { mapsOf } from "../../helper/methodMaps";

type Form = (g: Builder, x: string) => string;

const is = (g: Builder, op: string, x: string, number = 0) => g.op(op, [x, g.scalar(number, x)]);
const was = (g: Builder, op: string, x: string, number = 0) => g.op(op, [g.scalar(number, x), x]);
const asNumber = (g: Builder, condition: string) => g.op("Cast", [condition], { to: "float64" });
const zerosLike = (g: Builder, x: string) =>
  g.op("ConstantOfShape", [g.op("Shape", [x])], { value: tensor("float64", [0]) });
const where = (g: Builder, condition: string, a: string | number, b: string | number) => {
  const [left, right] = [a, b].map((value) =>
    typeof value === "string" ? value : g.constant(tensor("float64", [value], [])),
  );
  return g.op("Where", [condition, left!, right!]);
};
const slope = (g: Builder, ...slopes: number[]) =>
  g.constant(tensor("float64", slopes, [slopes.length, 1, 1]));
const relu: Form = (g, x) => g.op("Relu", [x]);

const forms: Readonly<Record<string, Form>> = {
  "Clip(x, 0)": (g, x) => is(g, "Clip", x),
  "Max(x, 0)": (g, x) => is(g, "Max", x),
  "Max(0, x)": (g, x) => was(g, "Max", x),
  "Max(x, zeros like x)": (g, x) => g.op("Max", [x, zerosLike(g, x)]),
  "LeakyRelu of slope 0": (g, x) => g.op("LeakyRelu", [x], { alpha: 0 }),
  "Elu of 0": (g, x) => g.op("Elu", [x], { alpha: 0 }),
  "PRelu of slope 0": (g, x) => g.op("PRelu", [x, g.scalar(0, x)]),
  "PRelu of slopes 0": (g, x) => g.op("PRelu", [x, slope(g, 0, 0, 0)]),
  "Where(x > 0, x, 0)": (g, x) => where(g, is(g, "Greater", x), x, 0),
  "Where(x ≥ 0, x, zeros)": (g, x) => where(g, is(g, "GreaterOrEqual", x), x, zerosLike(g, x)),
  "Where(0 < x, x, 0)": (g, x) => where(g, was(g, "Less", x), x, 0),
  "Where(0 ≤ x, x, 0)": (g, x) => where(g, was(g, "LessOrEqual", x), x, 0),
  "Where(x < 0, 0, x)": (g, x) => where(g, is(g, "Less", x), 0, x),
  "Where(x ≤ 0, 0, x)": (g, x) => where(g, is(g, "LessOrEqual", x), 0, x),
  "Where(not x > 0, 0, x)": (g, x) => where(g, g.op("Not", [is(g, "Greater", x)]), 0, x),
  "x · [x > 0]": (g, x) => g.op("Mul", [x, asNumber(g, is(g, "Greater", x))]),
  "[x ≥ 0] · x": (g, x) => g.op("Mul", [asNumber(g, is(g, "GreaterOrEqual", x)), x]),
  "x · Where(x > 0, 1, 0)": (g, x) => g.op("Mul", [x, where(g, is(g, "Greater", x), 1, 0)]),
  "x · Where(x ≤ 0, 0, 1)": (g, x) => g.op("Mul", [x, where(g, is(g, "LessOrEqual", x), 0, 1)]),
  "(x + |x|) / 2": (g, x) => is(g, "Div", g.op("Add", [x, g.op("Abs", [x])]), 2),
  "0.5 · (|x| + x)": (g, x) => was(g, "Mul", g.op("Add", [g.op("Abs", [x]), x]), 0.5),
  "−min(−x, 0)": (g, x) => g.op("Neg", [is(g, "Min", g.op("Neg", [x]))]),
  "−1 · min(0, 0 − x)": (g, x) => was(g, "Mul", was(g, "Min", was(g, "Sub", x)), -1),
  "x − min(x, 0)": (g, x) => g.op("Sub", [x, is(g, "Min", x)]),
  "Relu(Relu(x))": (g, x) => relu(g, relu(g, x)),
};

const clip6: Form = (g, x) => g.op("Clip", [x, g.scalar(0, x), g.scalar(6, x)]);
const below6: Form = (g, x) => g.op("Clip", [x, "", g.scalar(6, x)]);

const bounded: Readonly<Record<string, Form>> = {
  "Min(Relu(x), 6)": (g, x) => is(g, "Min", relu(g, x), 6),
  "Min(6, Max(x, 0))": (g, x) => was(g, "Min", is(g, "Max", x), 6),
  "Max(Min(x, 6), 0)": (g, x) => is(g, "Max", is(g, "Min", x, 6)),
  "Clip(Relu(x), −∞, 6)": (g, x) => below6(g, relu(g, x)),
  "Relu(Clip(x, −∞, 6))": (g, x) => relu(g, below6(g, x)),
  "Clip(Relu(x), 0, 6)": (g, x) => clip6(g, relu(g, x)),
  "Min(Where(x > 0, x, 0), 6)": (g, x) => is(g, "Min", where(g, is(g, "Greater", x), x, 0), 6),
};

const others: Readonly<Record<string, Form>> = {
  "a hard sigmoid": (g, x) => is(g, "Div", clip6(g, is(g, "Add", x, 3)), 6),
  "a hard sigmoid of Min and Relu": (g, x) => is(g, "Min", relu(g, is(g, "Add", x, 3)), 6),
  "a slope that is not 0": (g, x) => g.op("LeakyRelu", [x], { alpha: 0.1 }),
  "slopes of which one is 0": (g, x) => g.op("PRelu", [x, slope(g, 0, 0.1, 0)]),
  "a maximum with another number": (g, x) => is(g, "Max", x, 0.5),
  "a clip to −1 and 1": (g, x) => g.op("Clip", [x, g.scalar(-1, x), g.scalar(1, x)]),
  "a clip from 0 to less": (g, x) => g.op("Clip", [x, g.scalar(0, x), g.scalar(-1, x)]),
  "what is chosen by another value's sign": (g, x) =>
    where(g, is(g, "Greater", g.op("Sin", [x])), x, 0),
  "min(x, 0)": (g, x) => is(g, "Min", x),
  "an upper bound alone": (g, x) => is(g, "Min", x, 6),
};

/** Two of the form, with weights of both signs before, between and behind. */
const net = (form: Form): Classifier =>
  classifier(
    (g, image, weight) => {
      const inner = g.op("Conv", [form(g, image), weight([3, 3, 3, 3])], { pads: [1, 1, 1, 1] });
      const flat = g.op("Flatten", [form(g, inner)]);
      return g.op("Gemm", [flat, weight([3 * 25, 4])]);
    },
    ["N", 3, 5, 5],
  );

/** Numbers of both signs, 0, −0, 6 and what lies beyond. */
const picked = [0, -1, 6, 2, -0, 7, 0.5, -6, 5, 1e-9, -1e-9, 3, 6.5];
const images: Tensor = tensor(
  "float64",
  Array.from({ length: 2 * 75 }, (_, i) => picked[(i * 7) % picked.length]!),
  [2, 3, 5, 5],
);
const mapOf = (form: Form, method = guidedBackprop) =>
  Array.from(mapsOf(net(form), method, images, { classes: [0, 2], layer: "" }).data, (v) => v + 0);

describe.each([guidedBackprop, deconvnet].map((method) => [method.id, method] as const))(
  "%s",
  (_id, method) => {
    test.each(Object.entries(forms))("takes %s as a ReLU", (_name, form) => {
      const map = mapOf(form, method);
      expect(map).toEqual(mapOf(relu, method));
      expect(map.some((value) => value !== 0)).toBe(true);
    });

    test.each(Object.entries(bounded))("takes %s as a ReLU6", (_name, form) => {
      expect(mapOf(form, method)).toEqual(mapOf(clip6, method));
    });
  },
);

test("guided backpropagation lets nothing through at 0 and at 6", () => {
  const map = mapOf(clip6);
  images.data.forEach((x, i) => {
    if (x <= 0 || x >= 6) expect(map[i]).toBe(0);
  });
  expect(mapOf(clip6)).not.toEqual(mapOf(relu));
});

test.each(Object.entries(others))("%s is no rectifier", (_name, form) => {
  expect([...findRectifiers(net(form).graph).keys()]).toEqual([]);
});
