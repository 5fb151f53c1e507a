import { describe, expect, test } from "vitest";
import { tensor } from "../../../src/explain/tensor";
import { gradients, run, type Case } from "../../helper/gradient";
import { runWithOnnxruntime } from "../../helper/onnxruntime";

const plane = (rows: readonly (readonly number[])[]) =>
  tensor("float64", rows.flat(), [1, 1, rows.length, rows[0]!.length]);

const maxPool = (x: ReturnType<typeof plane>, attributes: Case["attributes"]): Case => ({
  op: "MaxPool",
  inputs: [x],
  attributes,
});

/** The gradient of the sum of 1·y₀ + 2·y₁ + 4·y₂ …, by eval and by the lowering. */
async function gradientOf(testCase: Case): Promise<number[]> {
  const y = run(testCase)[0]!;
  const seed = tensor(
    "float64",
    Array.from(y.data, (_, i) => 2 ** i),
    y.dims,
  );
  const ours = [...gradients(testCase, [seed])[0]!.data];
  const inputs = [testCase.inputs[0], seed];
  const global = testCase.op === "GlobalMaxPool";
  const attributes = global
    ? { kernel_shape: testCase.inputs[0]!.dims.slice(2) }
    : testCase.attributes;
  const [theirs] = await runWithOnnxruntime({ op: "MaxPoolGrad", inputs, attributes });
  expect([...theirs!.data]).toEqual(ours);
  return ours;
}

describe("of several maxima the first in row-major order gets the gradient", () => {
  test("in a window of equal numbers", async () => {
    const x = plane([
      [5, 5, 5, 5],
      [5, 5, 5, 5],
    ]);
    const dx = await gradientOf(maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] }));
    expect(dx).toEqual([1, 0, 2, 0, 0, 0, 0, 0]);
  });

  test("with the earlier row before the earlier column", async () => {
    const x = plane([
      [0, 1],
      [1, 0],
    ]);
    expect(await gradientOf(maxPool(x, { kernel_shape: [2, 2] }))).toEqual([0, 1, 0, 0]);
  });

  test("in windows that overlap", async () => {
    const x = plane([[7, 7, 7, 7]]);
    expect(await gradientOf(maxPool(x, { kernel_shape: [1, 2] }))).toEqual([1, 2, 4, 0]);
  });

  test("in a window that begins in the padding", async () => {
    const x = plane([
      [3, 3],
      [3, 3],
    ]);
    const dx = await gradientOf(
      maxPool(x, { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }),
    );
    expect(dx).toEqual([1, 2, 4, 8]);
  });

  test("over a whole plane", async () => {
    const x = plane([
      [1, 2],
      [2, 2],
    ]);
    expect(await gradientOf({ op: "GlobalMaxPool", inputs: [x] })).toEqual([0, 1, 0, 0]);
  });
});

test("padding never is the maximum of negative numbers", async () => {
  const x = plane([[-3, -2, -5]]);
  const pooling = maxPool(x, { kernel_shape: [1, 3], strides: [1, 2], pads: [0, 1, 0, 1] });
  expect([...run(pooling)[0]!.data]).toEqual([-2, -2]);
  expect(await gradientOf(pooling)).toEqual([0, 3, 0]);
});

test("a window that sees padding only gets no gradient and gives none", async () => {
  const x = tensor("float64", [4, 6], [1, 2, 1, 1]);
  const pooling = maxPool(x, { kernel_shape: [2, 1], dilations: [2, 1], pads: [1, 0, 1, 0] });
  expect(await gradientOf(pooling)).toEqual([0, 0]);
});

test("a last window that hangs over the end sees what is there", async () => {
  const x = plane([[1, 9, 2, 3, 8]]);
  const pooling = maxPool(x, { kernel_shape: [1, 2], strides: [1, 2], ceil_mode: 1 });
  expect([...run(pooling)[0]!.data]).toEqual([9, 3, 8]);
  expect(await gradientOf(pooling)).toEqual([0, 1, 0, 2, 4]);
});

describe.each([
  ["MaxPool", { kernel_shape: [1, 3] }],
  ["GlobalMaxPool", {}],
])("the maximum of NaN and 3 by %s", (op, attributes) => {
  const pooling = { op, inputs: [plane([[3, NaN, 1]])], attributes };

  test("is NaN, as in PyTorch", () => {
    expect([...run(pooling)[0]!.data]).toEqual([NaN]);
  });

  // How processors compare decides.
  test.runIf(process.arch === "x64")("is 3 in onnxruntime, which passes over NaN", async () => {
    expect([...(await runWithOnnxruntime(pooling))[0]!.data]).toEqual([3]);
  });
});

test("NaN is the maximum of its windows, and gets their gradient", () => {
  const x = plane([[1, NaN, 2, 0]]);
  const pooling = maxPool(x, { kernel_shape: [1, 2] });
  expect([...run(pooling)[0]!.data]).toEqual([NaN, NaN, 2]);
  const dx = gradients(pooling, [tensor("float64", [1, 2, 4], [1, 1, 1, 3])])[0]!;
  expect([...dx.data]).toEqual([0, 3, 4, 0]);
});
