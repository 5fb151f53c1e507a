import { tensor, type Tensor } from "../../../../src/explain/tensor";
import { withoutGradient, type Row } from "../../../helper/operator";
import { generator, normal } from "../../../helper/random";

/** Numbers with a distance of at least 0.05 from 0 and from ±3, where activations bend. */
const smooth = (dims: readonly number[], seed: number): Tensor => {
  const x = normal(dims, seed);
  const far = (v: number) => [0, 3, -3].every((kink) => Math.abs(v - kink) > 0.05);
  return tensor(
    "float64",
    x.data.map((v) => (far(2 * v) ? 2 * v : 2 * v + 0.11)),
    dims,
  );
};

const positive = (dims: readonly number[], seed: number): Tensor => {
  const next = generator(seed);
  const x = normal(dims, seed);
  return tensor(
    "float64",
    x.data.map(() => 0.3 + 2 * next()),
    dims,
  );
};

const bools = (dims: readonly number[], seed: number): Tensor => {
  const x = normal(dims, seed);
  return tensor(
    "bool",
    x.data.map((v) => Number(v > 0)),
    dims,
  );
};

const scalar = (value: number): Tensor => tensor("float64", [value], []);

const x = smooth([2, 3, 5], 1);
const inside = tensor(
  "float64",
  x.data.map((v) => 0.9 * Math.tanh(v)),
  x.dims,
);
const aboveOne = tensor(
  "float64",
  x.data.map((v) => 1.2 + Math.abs(v)),
  x.dims,
);
const a = smooth([2, 3, 1, 5], 2);
const b = smooth([4, 1], 3);
const nonzero = positive([4, 1], 4);

/** Activations and other functions of one input. */
const unary: readonly Row[] = [
  { op: "Abs", inputs: [x] },
  { op: "Neg", inputs: [x] },
  { op: "Exp", inputs: [x] },
  { op: "Log", inputs: [positive([2, 3, 5], 5)] },
  { op: "Sqrt", inputs: [positive([2, 3, 5], 6)] },
  { op: "Reciprocal", inputs: [positive([2, 3, 5], 7)] },
  { op: "Erf", inputs: [smooth([3, 50], 8)] },
  { op: "Tanh", inputs: [x] },
  { op: "Sigmoid", inputs: [x] },
  { op: "HardSigmoid", inputs: [x], attributes: { alpha: 1 / 6 } },
  { op: "HardSwish", inputs: [x] },
  { op: "Relu", inputs: [x] },
  { op: "LeakyRelu", inputs: [x], attributes: { alpha: 0.2 } },
  { op: "LeakyRelu", title: "negative slope", inputs: [x], attributes: { alpha: -0.2 } },
  { op: "Elu", inputs: [x] },
  { op: "Elu", title: "alpha", inputs: [x], attributes: { alpha: 0.7 } },
  { op: "Selu", inputs: [x] },
  { op: "Softplus", inputs: [x] },
  { op: "Gelu", inputs: [x] },
  { op: "Gelu", title: "tanh", inputs: [x], attributes: { approximate: "tanh" } },
  { op: "Sin", inputs: [x] },
  { op: "Cos", inputs: [x] },
  { op: "Tan", inputs: [inside] },
  { op: "Asin", inputs: [inside] },
  { op: "Acos", inputs: [inside] },
  { op: "Atan", inputs: [x] },
  { op: "Sinh", inputs: [x] },
  { op: "Cosh", inputs: [x] },
  { op: "Asinh", inputs: [x] },
  { op: "Acosh", inputs: [aboveOne] },
  { op: "Atanh", inputs: [inside] },
  { op: "Identity", inputs: [x] },
  { op: "Cast", inputs: [x], attributes: { to: "float32" }, step: 1e-2, tolerance: 1e-4 },
  { op: "Dropout", inputs: [x], outputs: 2 },
];

const binary: readonly Row[] = [
  { op: "Add", inputs: [a, b] },
  { op: "Sub", inputs: [a, b] },
  { op: "Mul", inputs: [a, b] },
  { op: "Mul", title: "the same value twice", inputs: [x, x] },
  { op: "Div", inputs: [a, nonzero] },
  { op: "Pow", inputs: [positive([2, 3, 1, 5], 9), b] },
  ...[2, 3, 0.5, -1, 1, 0].map((exponent): Row => ({
    op: "Pow",
    title: `the power ${exponent}`,
    inputs: [positive([2, 3, 5], 9), tensor("float64", [exponent], [])],
    constants: [1],
  })),
  {
    op: "Pow",
    title: "an integer exponent, at 0 and below",
    inputs: [tensor("float64", [-2, -0.5, 0, 1.5]), tensor("int64", [2], [])],
  },
  { op: "PRelu", inputs: [x, smooth([3, 1], 10)] },
  { op: "Max", inputs: [a, b, smooth([5], 11)] },
  { op: "Min", inputs: [a, b, smooth([5], 11)] },
  { op: "Mod", inputs: [a, nonzero], attributes: { fmod: 1 } },
  { op: "Max", title: "one input", inputs: [a] },
  { op: "Clip", inputs: [x, scalar(-1), scalar(1)], fixed: [1, 2] },
  { op: "Clip", title: "no lower bound", inputs: [x, undefined, scalar(1)], fixed: [2] },
  { op: "Clip", title: "no bound", inputs: [x] },
  { op: "Where", inputs: [bools([2, 1, 4, 1], 12), a, b], fixedBatch: true },
  { op: "Where", title: "any batch", inputs: [bools([3, 1, 1], 12), a, b] },
];

const integer = tensor("int64", [-7, 7, 6, -1, 0, 5], [2, 3]);
const divisor = tensor("int64", [2, -3, 5]);
const small = tensor("float32", [0, 0.9, 1.5, 2.5, 100.99]);
const unusual = tensor("float32", [NaN, Infinity, -Infinity, 0, 1]);
const bytes = tensor("uint8", [0, 1, 129, 255]);
const shifts = tensor("uint8", [1, 3, 1, 7]);

const constant: readonly Row[] = withoutGradient([
  { op: "Sign", inputs: [x] },
  { op: "Floor", inputs: [x] },
  { op: "Ceil", inputs: [x] },
  { op: "Round", inputs: [tensor("float64", [-2.5, -1.5, -0.5, 0.5, 1.5, 2.4, 2.6])] },
  { op: "Greater", inputs: [a, b] },
  { op: "GreaterOrEqual", inputs: [integer, divisor] },
  { op: "Less", inputs: [a, b] },
  { op: "LessOrEqual", inputs: [integer, divisor] },
  { op: "Equal", inputs: [integer, tensor("int64", [-7, 5], [2, 1])] },
  { op: "Not", inputs: [bools([7], 13)] },
  { op: "And", inputs: [bools([3, 1], 14), bools([4], 15)] },
  { op: "Or", inputs: [bools([3, 1], 14), bools([4], 15)] },
  { op: "Xor", inputs: [bools([3, 1], 14), bools([4], 15)] },
  { op: "IsNaN", inputs: [unusual] },
  { op: "IsInf", inputs: [unusual] },
  { op: "IsInf", title: "one sign", inputs: [unusual], attributes: { detect_positive: 0 } },
  { op: "BitwiseAnd", inputs: [integer, divisor] },
  { op: "BitwiseOr", inputs: [integer, divisor] },
  { op: "BitwiseXor", inputs: [integer, divisor] },
  { op: "BitwiseNot", inputs: [integer] },
  { op: "BitwiseNot", title: "bytes", inputs: [bytes] },
  { op: "BitShift", inputs: [bytes, shifts], attributes: { direction: "LEFT" } },
  { op: "BitShift", title: "right", inputs: [bytes, shifts], attributes: { direction: "RIGHT" } },
  { op: "Mod", title: "integers", inputs: [integer, divisor] },
  { op: "Mod", title: "integers by fmod", inputs: [integer, divisor], attributes: { fmod: 1 } },
  { op: "Div", title: "integers", inputs: [integer, divisor] },
  { op: "Mul", title: "integers", inputs: [integer, divisor] },
  { op: "Where", title: "integers", inputs: [bools([3], 16), integer, divisor] },
  { op: "Cast", title: "to integers", inputs: [x], attributes: { to: "int64" } },
  ...(["int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"] as const).map(
    (to): Row => ({ op: "Cast", title: `to ${to}`, inputs: [small], attributes: { to } }),
  ),
  { op: "Cast", title: "floats to booleans", inputs: [unusual], attributes: { to: "bool" } },
  { op: "Cast", title: "from booleans", inputs: [bools([7], 17)], attributes: { to: "float32" } },
  { op: "Cast", title: "to booleans", inputs: [integer], attributes: { to: "bool" } },
  { op: "Cast", title: "from integers", inputs: [integer], attributes: { to: "float32" } },
]);

export const elementwiseRows: readonly Row[] = [...unary, ...binary, ...constant];
