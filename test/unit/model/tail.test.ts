import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { certainFindings } from "../../../src/explain/profile/profileEvidence";
import { evaluate } from "../../../src/explain/runtime/reference";
import { probabilities } from "../../../src/explain/service/probability";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";

type Wrap = (g: Builder, logits: string) => string;

/** A classifier of 3 classes with `wrap` behind its logits. */
const head = (wrap: Wrap) =>
  classifier((g, x, w) => wrap(g, linearHead(g, features(g, x, w, 4, "a"), w, 3)), [2, 3, 16, 16]);

/** What stands behind the logits, and how its numbers are read as probabilities. */
interface Row {
  readonly kind: "softmax" | "logSoftmax" | "sigmoid";
  readonly wrap: Wrap;
  readonly probability?: (output: number) => number;
}

const number = (g: Builder, like: string, value: number) => g.scalar(value, like);
const along = (g: Builder) => g.ints([1]);
const less = (g: Builder, y: string) => g.op("Sub", [y, g.op("ReduceMax", [y, along(g)])]);
const sumExp = (g: Builder, y: string) => g.op("ReduceSum", [g.op("Exp", [y]), along(g)]);
const onePlus = (g: Builder, y: string) => g.op("Add", [g.op("Exp", [y]), number(g, y, 1)]);
const soft = (g: Builder, y: string) => g.op("Softmax", [y]);
const sigmoid = (g: Builder, y: string) => g.op("Sigmoid", [y]);
const percent = (p: number) => p / 100;

const rows: Readonly<Record<string, Row>> = {
  Softmax: { kind: "softmax", wrap: soft },
  LogSoftmax: {
    kind: "logSoftmax",
    wrap: (g, y) => g.op("LogSoftmax", [y]),
    probability: Math.exp,
  },
  Sigmoid: { kind: "sigmoid", wrap: sigmoid },
  "Softmax behind a Reshape, an Identity and a Cast": {
    kind: "softmax",
    wrap: (g, y) =>
      g.op("Cast", [g.op("Identity", [g.reshape(soft(g, y), [2, 3])])], { to: "float32" }),
  },
  "softmax as exponentials over their sum, as TensorFlow writes it": {
    kind: "softmax",
    wrap: (g, y) => {
      const exponentials = g.op("Exp", [less(g, y)]);
      return g.op("Div", [exponentials, g.op("ReduceSum", [exponentials, along(g)])]);
    },
  },
  "log-softmax as the logits minus the logarithm of the sum": {
    kind: "logSoftmax",
    wrap: (g, y) => {
      const shifted = less(g, y);
      return g.op("Sub", [shifted, g.op("Log", [sumExp(g, shifted)])]);
    },
    probability: Math.exp,
  },
  "log-softmax, with the maximum put back onto the logarithm": {
    kind: "logSoftmax",
    wrap: (g, y) => {
      const most = g.op("ReduceMax", [y, along(g)]);
      const log = g.op("Log", [sumExp(g, g.op("Sub", [y, most]))]);
      return g.op("Sub", [y, g.op("Add", [log, most])]);
    },
    probability: Math.exp,
  },
  "log-softmax by ReduceLogSumExp": {
    kind: "logSoftmax",
    wrap: (g, y) => g.op("Sub", [y, g.op("ReduceLogSumExp", [y, along(g)])]),
    probability: Math.exp,
  },
  "the exponential of a log-softmax taken apart": {
    kind: "softmax",
    wrap: (g, y) => g.op("Exp", [g.op("Sub", [y, g.op("Log", [sumExp(g, y)])])]),
  },
  "the logarithm of a Softmax that is kept above 0": {
    kind: "logSoftmax",
    wrap: (g, y) => g.op("Log", [g.op("Add", [soft(g, y), number(g, y, 1e-8)])]),
    probability: Math.exp,
  },
  "log-sigmoid": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Log", [sigmoid(g, y)]),
    probability: Math.exp,
  },
  "sigmoid as 1 / (1 + exp(−z))": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Div", [number(g, y, 1), onePlus(g, g.op("Neg", [y]))]),
  },
  "sigmoid as the reciprocal of 1 + exp(−1 · z)": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Reciprocal", [onePlus(g, g.op("Mul", [number(g, y, -1), y]))]),
  },
  "sigmoid as exp(z) / (1 + exp(z))": {
    kind: "sigmoid",
    wrap: (g, y) => {
      const above = g.op("Exp", [y]);
      return g.op("Div", [above, g.op("Add", [number(g, y, 1), above])]);
    },
  },
  "Softmax kept away from 0 by Clip, as Keras does for its loss": {
    kind: "softmax",
    wrap: (g, y) => g.op("Clip", [soft(g, y), number(g, y, 1e-7), number(g, y, 1 - 1e-7)]),
  },
  "Softmax in percent": {
    kind: "softmax",
    wrap: (g, y) => g.op("Mul", [soft(g, y), number(g, y, 100)]),
    probability: percent,
  },
  "a number times Sigmoid": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Mul", [number(g, y, 100), sigmoid(g, y)]),
    probability: percent,
  },
  "Sigmoid divided by a number": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Div", [sigmoid(g, y), number(g, y, 0.01)]),
    probability: percent,
  },
  "Softmax in percent, rounded and kept between 0 and 100": {
    kind: "softmax",
    wrap: (g, y) => {
      const rounded = g.op("Round", [g.op("Mul", [soft(g, y), number(g, y, 1e6)])]);
      const scores = g.op("Mul", [rounded, number(g, y, 1e-4)]);
      return g.op("Clip", [scores, number(g, y, 0), number(g, y, 100)]);
    },
    probability: percent,
  },
  "2 · Sigmoid − 1": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Sub", [g.op("Mul", [sigmoid(g, y), number(g, y, 2)]), number(g, y, 1)]),
    probability: (score) => (score + 1) / 2,
  },
  "1 − (1 − Sigmoid)": {
    kind: "sigmoid",
    wrap: (g, y) => {
      const not = (p: string) => g.op("Sub", [number(g, y, 1), p]);
      return not(not(sigmoid(g, y)));
    },
  },
  "minus minus Sigmoid": {
    kind: "sigmoid",
    wrap: (g, y) => g.op("Neg", [g.op("Mul", [sigmoid(g, y), number(g, y, -1)])]),
  },
};

describe("the logit before", () => {
  for (const [form, { kind, wrap, probability = (p: number) => p }] of Object.entries(rows)) {
    test(`${form}, whose activation gives the model's own probabilities`, () => {
      const { graph, anatomy } = head(wrap);
      const { tail, logit, output } = anatomy.score;
      expect({ tail, logit }).toEqual({ tail: kind, logit: "logits" });
      const feeds = { image: normal([2, 3, 16, 16], 3) };
      const values = evaluate({ ...graph, outputs: [output, logit] }, feeds);
      const activation = kind === "sigmoid" ? "sigmoid" : "softmax";
      const ours = [0, 3].flatMap((from) => [
        ...probabilities(values[logit]!.data.slice(from, from + 3), activation),
      ]);
      close(ours, Array.from(values[output]!.data, probability), 1e-6, form);
    });
  }

  test("a Softmax with a temperature is divided by it", () => {
    const { anatomy } = head((g, y) => soft(g, named(g, "cooled", "Div", [y, number(g, y, 2.5)])));
    expect(anatomy.score).toMatchObject({ tail: "softmax", logit: "cooled" });
  });

  test("a Softmax over the channels of [N,K,1,1]", () => {
    const { anatomy } = head((g, y) =>
      g.op("Softmax", [named(g, "square", "Reshape", [y, g.ints([2, 3, 1, 1])])], { axis: 1 }),
    );
    expect(anatomy.score).toMatchObject({ tail: "softmax", logit: "square", classes: 3 });
  });

  test("no activation is the output itself", () => {
    const { anatomy } = head((_, y) => y);
    expect(anatomy.score).toMatchObject({ tail: "none", logit: "logits", output: "logits" });
  });
});

const inside: Readonly<Record<string, Wrap>> = {
  HardSigmoid: (g, y) => g.op("HardSigmoid", [y]),
  "Sigmoid mixed with a constant": (g, y) =>
    g.op("Add", [g.op("Mul", [sigmoid(g, y), number(g, y, 0.98)]), number(g, y, 0.01)]),
  "1 − Softmax": (g, y) => g.op("Sub", [number(g, y, 1), soft(g, y)]),
  "minus LogSoftmax": (g, y) => g.op("Neg", [g.op("LogSoftmax", [y])]),
  "Softmax times a number below 0": (g, y) => g.op("Mul", [soft(g, y), number(g, y, -100)]),
  "Softmax with a weight per class": (g, y) =>
    g.op("Mul", [soft(g, y), g.constant(tensor("float64", [1, 2, 3]))]),
  "Softmax cut off at one half": (g, y) =>
    g.op("Clip", [soft(g, y), number(g, y, 0), number(g, y, 0.5)]),
  "the mean of Softmax and Sigmoid": (g, y) =>
    g.op("Div", [g.op("Add", [soft(g, y), sigmoid(g, y)]), number(g, y, 2)]),
  "one class of a Softmax": (g, y) =>
    g.op("Slice", [soft(g, y), g.ints([1]), g.ints([2]), along(g)]),
  "p and 1 − p side by side": (g, y) => {
    const p = g.op("Slice", [sigmoid(g, y), g.ints([0]), g.ints([1]), along(g)]);
    return g.op("Concat", [g.op("Sub", [number(g, y, 1), p]), p], { axis: 1 });
  },
  "Softmax over the images": (g, y) => g.op("Softmax", [y], { axis: 0 }),
  "exponentials over their sum over the images": (g, y) => {
    const exponentials = g.op("Exp", [y]);
    return g.op("Div", [exponentials, g.op("ReduceSum", [exponentials, g.ints([0])])]);
  },
};

describe("the output itself, as it is, for", () => {
  for (const [form, wrap] of Object.entries(inside)) {
    test(form, () => {
      const { graph, anatomy } = head(wrap);
      const [output] = graph.outputs;
      expect(anatomy.score).toMatchObject({ tail: "inside", logit: output, output });
      const findings = certainFindings({ anatomy, beside: [], model: "test.onnx" });
      expect(findings.find(({ fields }) => "activation" in fields)?.fields.activation).toBe("none");
    });
  }
});

test("as many images as classes do not make a Softmax over the images one over the classes", () => {
  const { anatomy } = classifier(
    (g, x, w) => g.op("Softmax", [linearHead(g, features(g, x, w, 4, "a"), w, 3)], { axis: 0 }),
    [3, 3, 16, 16],
  );
  expect(anatomy.score.tail).toBe("inside");
});

test("a gate of scores is no activation behind them", () => {
  const { anatomy } = head((g, y) => g.op("Mul", [y, sigmoid(g, y)]));
  expect(anatomy.score.tail).toBe("none");
});

test("long ways and many of them from an output to its activation are no trouble", () => {
  const doubled = head((g, y) => {
    let p = soft(g, y);
    for (let i = 0; i < 60; i++) p = g.op("Add", [p, p]);
    return p;
  });
  expect(doubled.anatomy.score.tail).toBe("inside");
  const shifted = head((g, y) => {
    let p = soft(g, y);
    for (let i = 0; i < 5000; i++) p = g.op("Add", [p, number(g, p, i)]);
    return p;
  });
  expect(shifted.anatomy.score.tail).toBe("inside");
});
