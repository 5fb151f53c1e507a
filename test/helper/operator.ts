import { describe, expect, test } from "vitest";
import { gradient } from "../../src/explain/gradient";
import { operators } from "../../src/explain/op/index";
import { dtypes } from "../../src/explain/tensor";
import { build, checkGradient, type Case } from "./gradient";
import { checkEval } from "./onnxruntime";
import { checkSecondGradient } from "./secondGradient";

/** One case of an operator's test table. */
export interface Row extends Case {
  /** What is special about the case. */
  readonly title?: string;
  /** `false` for operators that have no gradient: they are only evaluated. */
  readonly differentiable?: false;
  readonly tolerance?: number;
  /** Constants or the operator itself need the size of the batch before running. */
  readonly fixedBatch?: true;
}

/** Rows of operators that are only evaluated. */
export function withoutGradient(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row, differentiable: false }));
}

/** Every row: `eval` against onnxruntime; first and second gradient against central differences. */
export function testOperators(rows: readonly Row[]): void {
  for (const row of rows) {
    describe(row.title ? `${row.op}, ${row.title}` : row.op, () => {
      test("evaluates as onnxruntime does", () => checkEval(row, row.tolerance));
      if (row.differentiable === false) return;
      test("has the gradient of central differences", () => checkGradient(row, row.tolerance));
      test("has the second gradient of central differences", () =>
        checkSecondGradient(row, row.tolerance));
      test("has a gradient made of differentiable operators", () => checkClosed(row));
    });
  }
}

/** Whatever a backward rule builds has a rule itself, or makes no floats. */
export function checkClosed(testCase: Case): void {
  const { outputs = 1 } = testCase;
  for (let output = 0; output < outputs; output++) {
    const { g, names, feeds, y } = build(testCase);
    if (!dtypes[g.type(y[output]!)].float) continue;
    const seed = g.input("seed", g.type(y[output]!), g.dims(y[output]!));
    gradient(g, { of: y[output]!, wrt: names.filter((name) => name in feeds), seed });
    const stuck = g.nodes.filter(
      ({ op, outputs: [first] }) => !operators.get(op)!.vjp && dtypes[g.type(first!)].float,
    );
    expect(stuck.map(({ op }) => op)).toEqual([]);
  }
}
