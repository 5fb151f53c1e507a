import { describe, expect, test } from "vitest";
import type { Attributes } from "../../../src/explain/graph/graph";
import { operators } from "../../../src/explain/op/index";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import goldens from "../../fixture/kink.json";
import { close, gradients, run, type Case } from "../../helper/gradient";

/** The gradient of the sum of the outputs by every input. */
const slopes = (testCase: Case): (Tensor | undefined)[] => {
  const [y] = run(testCase);
  return gradients(testCase, [
    tensor(
      "float64",
      y!.data.map(() => 1),
      y!.dims,
    ),
  ]);
};

const floats = (value: number | readonly number[]) =>
  typeof value === "number" ? tensor("float64", [value], []) : tensor("float64", value);

describe("where functions bend or tie, the gradient is PyTorch's", () => {
  for (const { op, attributes, inputs, gradient } of goldens.cases) {
    test(`${op} at ${JSON.stringify(inputs)}`, () => {
      const [dx] = slopes({ op, attributes: attributes as Attributes, inputs: inputs.map(floats) });
      close(dx!.data, gradient, 1e-7, op);
    });
  }
});

describe("of equal values the first takes the whole gradient", () => {
  test.each([
    {
      op: "Max",
      inputs: [
        [1, 2, 3],
        [1, 3, 2],
        [1, 3, 3],
      ],
      first: [
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 0],
      ],
    },
    {
      op: "Min",
      inputs: [
        [1, 2, 2],
        [1, 1, 2],
      ],
      first: [
        [1, 0, 1],
        [0, 1, 0],
      ],
    },
  ])("$op", ({ op, inputs, first }) => {
    const dxs = slopes({ op, inputs: inputs.map(floats) });
    expect(dxs.map((dx) => [...dx!.data])).toEqual(first);
  });

  test("ReduceMax over two axes, in C order, for every image of the batch", () => {
    const x = tensor("float64", [1, 5, 5, 5, 7, 0, 0, 7], [2, 1, 2, 2]);
    const [dx] = slopes({ op: "ReduceMax", inputs: [x, tensor("int64", [2, 3])] });
    expect([...dx!.data]).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  });

  test("TopK", () => {
    const x = floats([2, 3, 3, 3]);
    const [dx] = slopes({ op: "TopK", inputs: [x, tensor("int64", [2])], outputs: 2 });
    expect([...dx!.data]).toEqual([0, 1, 1, 0]);
  });
});

describe("steps have no gradient", () => {
  test.each(["Sign", "Floor", "Ceil", "Round"])("%s", (op) => {
    expect(slopes({ op, inputs: [floats([-1.5, 0, 0.5, 2])] })).toEqual([undefined]);
  });
});

describe("large inputs overflow nowhere", () => {
  const ops = [
    "Sigmoid",
    "Tanh",
    "Softplus",
    "Elu",
    "Selu",
    "Gelu",
    "Erf",
    "HardSwish",
    "Softmax",
    "LogSoftmax",
  ];
  test.each(ops)("%s", (op) => {
    const testCase = { op, inputs: [floats([-1e3, 1e3, -30, 30])] };
    const numbers = [...run(testCase)[0]!.data, ...slopes(testCase)[0]!.data];
    expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});

describe("NaN stays NaN, so that a broken image or weight is seen", () => {
  const unary = [
    "Abs",
    "Neg",
    "Exp",
    "Log",
    "Sqrt",
    "Reciprocal",
    "Erf",
    "Tanh",
    "Sigmoid",
    "HardSigmoid",
  ]
    .concat([
      "HardSwish",
      "Relu",
      "LeakyRelu",
      "Elu",
      "Selu",
      "Softplus",
      "Gelu",
      "Clip",
      "Softmax",
    ])
    .concat([
      "ReduceSum",
      "ReduceMean",
      "ReduceMax",
      "ReduceMin",
      "ReduceL2",
      "Max",
      "Min",
      "Identity",
    ]);
  test.each(unary)("%s", (op) => {
    expect(operators.has(op)).toBe(true);
    expect(run({ op, inputs: [floats([NaN])] })[0]!.data[0]).toBeNaN();
  });
});

test("NaN, infinities and what is too large become integers, those of 64 bits the least", () => {
  const x = floats([NaN, Infinity, -Infinity, 1e30, -1e30, 2.9, -2.9]);
  const cast = (to: string) => [...run({ op: "Cast", inputs: [x], attributes: { to } })[0]!.data];
  const least = -(2 ** 63);
  expect(cast("int64")).toEqual([least, least, least, least, least, 2, -2]);
  for (const to of ["uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"]) {
    expect(
      cast(to).filter((value) => !Number.isInteger(value)),
      to,
    ).toEqual([]);
  }
});

test("the mean of nothing is NaN, as in PyTorch", () => {
  const nothing = {
    op: "ReduceMean",
    inputs: [tensor("float64", [], [0, 2]), tensor("int64", [0])],
  };
  expect([...run(nothing)[0]!.data]).toEqual([NaN, NaN]);
});
