import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { evaluate } from "../../../src/explain/runtime/reference";
import { scalar, tensor, type DType, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { fixture } from "../../helper/model";
import { testOperators } from "../../helper/operator";
import { normal } from "../../helper/random";
import { quantizationRows } from "./rows/quantization";

testOperators(quantizationRows);

interface Quantization {
  readonly type: DType;
  readonly scale: number | readonly number[];
  readonly zero: number | readonly number[];
  readonly dims: readonly number[];
}

interface FakeQuantization extends Quantization {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly seed: readonly number[];
  readonly gradient: readonly number[];
}

const golden = JSON.parse(
  readFileSync(fixture("quantized/fakeQuantize.json"), "utf8"),
) as readonly FakeQuantization[];

const steps = (type: DType, value: number | readonly number[]): Tensor =>
  typeof value === "number" ? scalar(type, value) : tensor(type, value);

/** DequantizeLinear of QuantizeLinear of an input called `x`. */
function rounded(g: Builder, { type, scale, zero, dims }: Quantization): string {
  const x = g.input("x", "float32", dims);
  const [s, z] = [g.constant(steps("float32", scale)), g.constant(steps(type, zero))];
  return g.op("DequantizeLinear", [g.op("QuantizeLinear", [x, s, z]), s, z]);
}

describe.each(golden)("rounding to $type in steps of $scale from $zero", (expected) => {
  const x = tensor("float32", expected.x, expected.dims);

  test("gives what PyTorch's fake quantization gives", () => {
    const g = new Builder();
    const y = rounded(g, expected);
    close(evaluate(g.finish([y]), { x })[y]!.data, expected.y, 1e-6, "y");
  });

  test.each([1, 2])("has PyTorch's straight-through gradient, %d classes at once", (classes) => {
    const g = new Builder();
    const y = rounded(g, expected);
    const dims = classes === 1 ? expected.dims : [classes, ...expected.dims];
    const seed = g.input("seed", "float32", dims);
    const [dx] = gradient(g, { of: y, wrt: ["x"], seed, classes });
    const all = Array.from({ length: classes }, () => expected.seed).flat();
    const feeds = { x, seed: tensor("float32", all, dims) };
    const ours = evaluate(g.finish([dx!]), feeds)[dx!]!;
    const theirs = Array.from({ length: classes }, () => expected.gradient).flat();
    expect(theirs).toContain(0);
    close(ours.data, theirs, 1e-6, "gradient");
  });

  test("is linear in the cotangent, so that a gradient of the gradient exists", () => {
    const g = new Builder();
    const y = rounded(g, expected);
    const seed = g.input("seed", "float32", expected.dims);
    const [dx] = gradient(g, { of: y, wrt: ["x"], seed });
    const direction = g.input("direction", "float32", expected.dims);
    const [second] = gradient(g, { of: dx!, wrt: [seed], seed: direction });
    const feeds = { x, direction: tensor("float32", expected.seed, expected.dims) };
    const values = evaluate(g.finish([second!]), { ...feeds, seed: x });
    close(values[second!]!.data, expected.gradient, 1e-6, "second gradient");
  });
});

/** PyTorch's `fake_quantize_per_tensor_affine` in steps of 0.5: half a step is rounded to the even integer, before the zero point is added. */
test.each([
  { type: "int8", zero: 0, ends: [-128, 127], inside: [0, 1, 1, 1, 0, 0] },
  { type: "uint8", zero: 0, ends: [0, 255], inside: [0, 1, 1, 1, 0, 0] },
  { type: "uint8", zero: 3, ends: [0, 255], inside: [0, 0, 1, 1, 1, 0] },
  { type: "int8", zero: -3, ends: [-128, 127], inside: [0, 0, 1, 1, 1, 0] },
] as const)("at the ends of $type from $zero the gradient is PyTorch's", (row) => {
  const { type, zero, ends, inside } = row;
  const [low, high] = ends.map((end) => end - zero) as [number, number];
  const places = [low - 1, low - 0.5, low, high, high + 0.5, high + 1];
  const g = new Builder();
  const y = rounded(g, { type, scale: 0.5, zero, dims: [6] });
  const [dx] = gradient(g, {
    of: y,
    wrt: ["x"],
    seed: g.constant(tensor("float32", Array(6).fill(1))),
  });
  const x = tensor(
    "float32",
    places.map((place) => place / 2),
  );
  expect([...evaluate(g.finish([dx!]), { x })[dx!]!.data]).toEqual(inside);
});

test("dynamic quantization clips nothing: the gradient goes straight through everywhere", () => {
  const g = new Builder();
  const x = g.input("x", "float32", [2, 3]);
  const [bytes, scale, zero] = g.ops("DynamicQuantizeLinear", [x], 3);
  const y = g.op("DequantizeLinear", [bytes!, scale!, zero!]);
  const seed = g.input("seed", "float32", [2, 3]);
  const [dx] = gradient(g, { of: y, wrt: [x], seed });
  const feeds = { x: normal([2, 3], 1, "float32"), seed: normal([2, 3], 2, "float32") };
  close(evaluate(g.finish([dx!]), feeds)[dx!]!.data, feeds.seed.data, 1e-6, "gradient");
});

test("blocks have the gradient of their scales, one for each element", () => {
  const scales = normal([2, 2], 3, "float32").data.map(Math.abs);
  const dims = [2, 5];
  const run = (scale: Tensor, attributes: { axis?: number; block_size?: number }) => {
    const g = new Builder();
    const x = g.input("x", "float32", dims);
    const s = g.constant(scale);
    const q = g.op("QuantizeLinear", [x, s], { ...attributes, output_dtype: "int8" });
    const y = g.op("DequantizeLinear", [q, s], attributes);
    const [dx] = gradient(g, { of: y, wrt: [x], seed: g.input("seed", "float32", dims) });
    const feeds = { x: normal(dims, 4, "float32"), seed: normal(dims, 5, "float32") };
    return evaluate(g.finish([dx!]), feeds)[dx!]!;
  };
  const each = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3].map((i) => scales[i]!);
  const blocked = run(tensor("float32", scales, [2, 2]), { axis: 1, block_size: 3 });
  const single = run(tensor("float32", each, dims), { axis: 1, block_size: 1 });
  close(blocked.data, single.data, 0, "gradient");
});
