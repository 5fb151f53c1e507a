import fc from "fast-check";
import { expect, test } from "vitest";
import { Builder } from "../../src/explain/graph/builder";
import type { Attributes, Dim } from "../../src/explain/graph/graph";
import { gradient } from "../../src/explain/gradient";
import { simplify } from "../../src/explain/graph/simplify";
import { operators } from "../../src/explain/op/index";
import { evaluate } from "../../src/explain/runtime/reference";
import { dtypes, tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { checkDirection } from "./direction";
import { build, close, isFed, type Case } from "./gradient";
import { checkEval, checkLowered } from "./onnxruntime";
import { isMistaken, isRefusal } from "./onnxruntimeGaps";
import { normal, uniform } from "./random";

/** An input as a made-up case says it, short enough to be printed when the case fails. */
export type Described =
  | { readonly floats: readonly number[] }
  | { readonly positive: readonly number[] }
  /** Numbers between two bounds, neither of them included. */
  | { readonly between: readonly [number, number]; readonly dims: readonly number[] }
  | { readonly scales: readonly number[] }
  /** Numbers that are known before running, of a type of their own. */
  | { readonly constant: readonly number[]; readonly type: DType; readonly dims: readonly number[] }
  | { readonly ints: readonly number[]; readonly dims?: readonly number[] }
  | { readonly bools: readonly number[]; readonly dims: readonly number[] }
  | undefined;

/** One application of an operator, made up. */
export interface MadeUp {
  readonly op: string;
  readonly inputs: readonly Described[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  /** Only evaluated. */
  readonly flat?: boolean;
}

export interface Options {
  readonly runs?: number;
  readonly tolerance?: number;
  /** Constants hold the size of the batch. */
  readonly fixedBatch?: boolean;
}

/** Made-up cases of one kind, which together have every one of `ops`. */
export interface Property extends Options {
  readonly title: string;
  readonly ops: readonly string[];
  readonly cases: fc.Arbitrary<MadeUp>;
}

export function property(
  title: string,
  ops: readonly string[],
  cases: fc.Arbitrary<MadeUp>,
  options: Options = {},
): Property {
  return { title, ops, cases, ...options };
}

/** Where the made-up cases begin: a failure prints it with the path to the smallest case that fails. */
const seed = 20;

/**
 * Makes up cases of operators, and checks of each: inferred shapes are those that `eval` gives, and stay so when the batch is only a
 * name; simplification changes no number, of the gradient neither; `eval` gives what onnxruntime gives, unless it has no kernel for that form, and so
 * does what the operator is lowered to; the gradient is the slope along a random direction.
 */
export function testProperties(properties: readonly Property[]): void {
  for (const { title, ops, cases, ...options } of properties) {
    test(title, async () => {
      const runs = options.runs ?? 40;
      const met = new Set<string>();
      let compared = 0;
      const property = fc.asyncProperty(cases, async (madeUp) => {
        if (await checkMadeUp(madeUp, options)) compared++;
        met.add(madeUp.op);
      });
      await fc.assert(property, { seed, numRuns: runs });
      expect([...met].sort(), "operators among the cases").toEqual([...ops].sort());
      expect(compared, "cases that onnxruntime has a kernel for").toBeGreaterThan(runs / 2);
    });
  }
}

/** Resolves to whether onnxruntime has a kernel for it. */
async function checkMadeUp(
  madeUp: MadeUp,
  { tolerance = 1e-4, fixedBatch }: Options,
): Promise<boolean> {
  const testCase = caseOf(madeUp);
  const { g, feeds, y } = build(testCase);
  const graph = g.finish(y);
  const results = evaluate(graph, feeds);
  const shapes = y.map((name) => results[name]!.dims);
  expect(
    y.map((name) => g.dims(name)),
    "inferred shapes",
  ).toEqual(shapes);
  if (!fixedBatch) checkNamed(testCase, shapes);
  checkSimplified(testCase, shapes);
  await checkLowered(testCase, tolerance);
  if (!madeUp.flat) checkDirection(graph, feeds, 1e-5);
  if (isMistaken(testCase)) return false;
  try {
    await checkEval(testCase, tolerance);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** What simplification leaves of the operator and of its gradient gives the same numbers. */
function checkSimplified(testCase: Case, shapes: readonly (readonly number[])[]): void {
  const { g, names, feeds, y } = build(testCase);
  const of = y.find((name) => g.type(name) === "float64");
  if (of === undefined || !operators.get(testCase.op)!.vjp) return;
  const dims = shapes[y.indexOf(of)]!;
  const wrt = names.filter((name) => name in feeds);
  const dxs = gradient(g, { of, wrt, seed: g.input("seed", "float64", dims) });
  const graph = g.finish([...new Set([...y, ...dxs.filter((dx) => dx !== undefined)])]);
  const all = { ...feeds, seed: normal(dims, 70) };
  const [before, after] = [graph, simplify(graph)].map((each) => evaluate(each, all));
  for (const name of graph.outputs) {
    expect(after![name]!.dims, `simplified: shape of ${name}`).toEqual(before![name]!.dims);
    close(after![name]!.data, before![name]!.data, 1e-9, `simplified: ${name}`);
  }
}

function caseOf({ op, inputs, attributes = {}, outputs = 1 }: MadeUp): Case {
  const constants = inputs.flatMap((input, i) =>
    input && ("scales" in input || "constant" in input) ? [i] : [],
  );
  return { op, attributes, outputs, constants, inputs: inputs.map(valueOf) };
}

function valueOf(input: Described, i: number): Tensor | undefined {
  if (!input) return undefined;
  if ("floats" in input) return normal(input.floats, 50 + i);
  if ("positive" in input)
    return {
      ...uniform(input.positive, 50 + i),
      type: "float64",
      data: Float64Array.from(uniform(input.positive, 50 + i).data),
    };
  if ("between" in input) {
    const [low, high] = input.between;
    const { data } = uniform(input.dims, 50 + i);
    const values = Float64Array.from(data, (value) => low + (high - low) * (value - 0.5));
    return tensor("float64", values, input.dims);
  }
  if ("constant" in input) return tensor(input.type, input.constant, input.dims);
  if ("scales" in input) return tensor("float32", input.scales);
  if ("bools" in input) return tensor("bool", input.bools, input.dims);
  return tensor("int64", input.ints, input.dims);
}

/** Infers shapes with the first axis of the widest inputs as a name, and expects the same wherever they can be told. */
function checkNamed(testCase: Case, shapes: readonly (readonly number[])[]): void {
  const { op, inputs, attributes = {}, outputs = 1 } = testCase;
  const g = new Builder("test");
  const widest = Math.max(...inputs.map((x) => (x && dtypes[x.type].float ? x.dims.length : 0)));
  const size = inputs.find((x) => x && dtypes[x.type].float && x.dims.length === widest)?.dims[0];
  if (size === undefined || size < 2) return;
  const names = inputs.map((x, i) => {
    if (!x) return "";
    if (!isFed(testCase, i)) return g.parameter(`x${i}`, x);
    const isBatch = x.dims.length === widest && x.dims[0] === size;
    return g.input(`x${i}`, x.type, isBatch ? ["N", ...x.dims.slice(1)] : x.dims);
  });
  const told = g.ops(op, names, outputs, attributes).map((name) => g.dims(name));
  const filled = told.map((dims, k) => dims.map((dim, i) => sizeFor(dim, size) ?? shapes[k]![i]));
  expect(filled, `shapes for N = ${size}, from ${told.join(" and ")}`).toEqual(shapes);
}

/** The size that N stands for in `5*N`; `undefined` for a name that says nothing. */
function sizeFor(dim: Dim, size: number): number | undefined {
  if (typeof dim === "number") return dim;
  const factors = dim.split("*").map((part) => (part === "N" ? size : Number(part)));
  return factors.some(Number.isNaN) ? undefined : factors.reduce((a, b) => a * b, 1);
}
