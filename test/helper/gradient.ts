import { expect } from "vitest";
import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Attributes } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import { dtypes, tensor, type Tensor } from "../../src/explain/tensor";
import { normal } from "./random";

export interface Case {
  readonly op: string;
  /** Float inputs are differentiated (float64, so that central differences are exact enough); `undefined` = absent. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  /** Inputs that have no gradient by design although they are floats. */
  readonly fixed?: readonly number[];
  /** Floats that are parameters, so that inference can see them: scales. */
  readonly constants?: readonly number[];
  /** Inputs whose first axis is the batch; by default those of the highest rank. */
  readonly batched?: readonly number[];
  /** Step of the central difference. */
  readonly step?: number;
}

const inputName = (i: number) => `x${i}`;

/** A graph of that one operator; float inputs are fed, others are parameters. */
export function build(testCase: Case) {
  const { op, inputs, attributes = {}, outputs = 1 } = testCase;
  const g = new Builder("test");
  const feeds: Record<string, Tensor> = {};
  const names = inputs.map((value, i) => {
    if (!value) return "";
    // Integer inputs (shapes, axes, indices) are parameters, so that inference can see them.
    if (!isFed(testCase, i)) return g.parameter(inputName(i), value);
    feeds[inputName(i)] = value;
    return g.input(inputName(i), value.type, value.dims);
  });
  return { g, names, feeds, y: g.ops(op, names, outputs, attributes) };
}

/** Whether an input varies: a float that is not among the constants. */
export function isFed({ inputs, constants = [] }: Case, i: number): boolean {
  const value = inputs[i];
  return value !== undefined && dtypes[value.type].float && !constants.includes(i);
}

/** Runs one operator through the Builder and its `eval`. */
export function run(testCase: Case): Tensor[] {
  const { g, feeds, y } = build(testCase);
  const results = evaluate(g.finish(y), feeds);
  return y.map((name) => results[name]!);
}

/** The gradient of Σ seed·y by every float input, by the operator's `vjp`; `classes` stacks that many seeds in front. */
export function gradients(
  testCase: Case,
  seeds: readonly Tensor[],
  output = 0,
): (Tensor | undefined)[] {
  const { g, names, feeds, y } = build(testCase);
  const classes = seeds.length;
  const own = g.dims(y[output]!) as number[];
  const dims = classes === 1 ? own : [classes, ...own];
  const stacked = seeds.flatMap((seed) => [...seed.data]);
  const seed = g.input("seed", seeds[0]!.type, dims);
  const wrt = names.filter((name) => name in feeds);
  const dxs = gradient(g, { of: y[output]!, wrt, seed, classes });
  const present = dxs.filter((dx) => dx !== undefined);
  const results = evaluate(g.finish(present), {
    ...feeds,
    seed: tensor(seeds[0]!.type, stacked, dims),
  });
  const byName = new Map(wrt.map((name, i) => [name, dxs[i]]));
  return names.map((name) => {
    const dx = byName.get(name);
    return dx === undefined ? undefined : results[dx];
  });
}

/**
 * Compares `vjp` with central differences through `eval` in double precision, for one cotangent and for two stacked on a class
 * axis. The inputs must lie away from kinks.
 */
export function checkGradient(testCase: Case, tolerance = 1e-6): void {
  const { inputs, outputs = 1, fixed = [], step = 1e-5 } = testCase;
  for (let output = 0; output < outputs; output++) {
    const y = run(testCase)[output]!;
    if (!dtypes[y.type].float) continue;
    const seeds = [normal(y.dims, 101 + output), normal(y.dims, 202 + output)];
    const single = seeds.map((seed) => gradients(testCase, [seed], output));
    const stacked = gradients(testCase, seeds, output);
    inputs.forEach((x, i) => {
      if (!x || !isFed(testCase, i) || fixed.includes(i)) return;
      seeds.forEach((seed, k) => {
        const label = `${testCase.op}: d output ${output} / d input ${i}, cotangent ${k}`;
        const numeric = centralDifference(testCase, i, output, seed, step);
        close(single[k]![i]!.data, numeric, tolerance, label);
        close(
          stacked[i]!.data.slice(k * numeric.length, (k + 1) * numeric.length),
          numeric,
          tolerance,
          `${label}, stacked`,
        );
      });
    });
  }
}

function centralDifference(
  testCase: Case,
  input: number,
  output: number,
  seed: Tensor,
  step: number,
): Float64Array {
  const x = testCase.inputs[input]!;
  const at = (i: number, delta: number): number => {
    const moved = { ...x, data: x.data.slice() };
    moved.data[i]! += delta;
    const inputs = testCase.inputs.map((value, j) => (j === input ? moved : value));
    const y = run({ ...testCase, inputs })[output]!;
    let sum = 0;
    for (let j = 0; j < y.data.length; j++) sum += y.data[j]! * seed.data[j]!;
    return sum;
  };
  return Float64Array.from(x.data, (_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

/** Asserts |a − b| ≤ tolerance·max(1, |b|max), and that there is something to compare. */
export function close(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: number,
  label: string,
): void {
  expect(a.length, `${label}: length`).toBe(b.length);
  const scale = Math.max(1, ...Array.from(b, Math.abs));
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  expect(worst, `${label}: largest difference`).toBeLessThanOrEqual(tolerance * scale);
}

/** Compares infinities, as masks have them, exactly, and the other numbers by their own largest. */
export function closeBeyond(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: number,
  label: string,
): void {
  const infinities = (values: ArrayLike<number>) =>
    Array.from(values, (value) => (Math.abs(value) === Infinity ? value : 0));
  const finite = (values: ArrayLike<number>) =>
    Array.from(values, (value) => (Math.abs(value) === Infinity ? 0 : value));
  expect(infinities(a), `${label}: infinities`).toEqual(infinities(b));
  close(finite(a), finite(b), tolerance, label);
}
