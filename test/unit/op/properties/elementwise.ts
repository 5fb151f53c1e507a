import fc from "fast-check";
import { broadcastable, one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;
const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

const smooth = ["Sin", "Cos", "Sinh", "Cosh", "Exp", "Tanh", "Sigmoid", "Softplus", "Erf", "Gelu"];
const bent = ["Relu", "LeakyRelu", "Elu", "Selu", "Abs", "HardSwish", "HardSigmoid"];
const steps = ["Ceil", "Floor", "Round", "Sign"];
const everywhere = [...smooth, ...bent, ...steps, "Atan", "Asinh", "Neg", "Identity", "Dropout"];

/** Where a function is defined, and not too steep. */
const domains: Readonly<Record<string, readonly [number, number]>> = {
  Acos: [-0.9, 0.9],
  Acosh: [1.1, 4],
  Asin: [-0.9, 0.9],
  Atanh: [-0.9, 0.9],
  Log: [0.1, 3],
  Reciprocal: [0.2, 3],
  Sqrt: [0.1, 3],
  Tan: [-1.2, 1.2],
};

const withSign = ["Add", "Sub", "Mul", "Max", "Min"];
const aboveZero = ["Div", "Pow", "Mod"];

const operands = shape(0, 4, 0).chain((dims) => fc.tuple(broadcastable(dims), broadcastable(dims)));

const chosen = shape(1, 3).chain((dims) =>
  record({
    condition: broadcastable(dims).chain((own) =>
      record({
        dims: fc.constant(own),
        bools: fc.array(size(0, 1), { minLength: product(own), maxLength: product(own) }),
      }),
    ),
    a: broadcastable(dims),
    b: broadcastable(dims),
  }),
);

export const elementwiseProperties: readonly Property[] = [
  property(
    "one input",
    everywhere,
    record({ op: one(...everywhere), dims: shape(0, 4, 0) }).map(({ op, dims }): MadeUp => ({
      op,
      inputs: [{ floats: dims }],
    })),
    { runs: 200 },
  ),

  property(
    "one input, where the function is defined",
    Object.keys(domains),
    record({ op: one(...Object.keys(domains)), dims: shape(0, 4, 0) }).map(
      ({ op, dims }): MadeUp => ({ op, inputs: [{ between: domains[op]!, dims }] }),
    ),
    { runs: 80 },
  ),

  property(
    "two inputs that broadcast",
    [...withSign, ...aboveZero],
    record({ op: one(...withSign, ...aboveZero), dims: operands }).map(
      ({ op, dims: [a, b] }): MadeUp => ({
        op,
        inputs: aboveZero.includes(op)
          ? [{ positive: a }, { positive: b }]
          : [{ floats: a }, { floats: b }],
        attributes: op === "Mod" ? { fmod: 1 } : {},
      }),
    ),
    { runs: 100 },
  ),

  property(
    "PRelu",
    ["PRelu"],
    shape(1, 4).chain((dims) =>
      broadcastable(dims).map((slopes): MadeUp => ({
        op: "PRelu",
        inputs: [{ floats: dims }, { floats: slopes }],
      })),
    ),
    { fixedBatch: true },
  ),

  property(
    "Cast",
    ["Cast"],
    record({ dims: shape(0, 3, 0), to: one("float32", "int32", "int64", "bool") }).map(
      ({ dims, to }): MadeUp => ({
        op: "Cast",
        inputs: [{ floats: dims }],
        attributes: { to },
        flat: true,
      }),
    ),
  ),

  property(
    "Where",
    ["Where"],
    chosen.map(({ condition, a, b }): MadeUp => ({
      op: "Where",
      inputs: [condition, { floats: a }, { floats: b }],
    })),
    { fixedBatch: true },
  ),

  property(
    "Clip",
    ["Clip"],
    record({
      dims: shape(0, 3),
      bounds: one([true, true], [true, false], [false, true], [false, false]),
    }).map(({ dims, bounds: [low, high] }): MadeUp => ({
      op: "Clip",
      inputs: [
        { floats: dims },
        low ? { floats: [] } : undefined,
        high ? { positive: [] } : undefined,
      ],
      flat: true,
    })),
  ),
];
