import { describe, expect, test } from "vitest";
import { gradient } from "../../src/explain/gradient";
import { operators } from "../../src/explain/op/index";
import { lowerings } from "../../src/explain/runtime/onnxruntime/lowering/index";
import { dtypes, type Tensor } from "../../src/explain/tensor";
import { build, checkGradient, close, run, type Case } from "./gradient";
import { checkEval, checkLowered } from "./onnxruntime";
import { checkSecondGradient } from "./secondGradient";

/** One case of an operator's test table. */
export interface Row extends Case {
  /** What is special about the case. */
  readonly title?: string;
  /** `false` for operators that have no gradient: they are only evaluated. */
  readonly differentiable?: false;
  readonly tolerance?: number;
  /** The outputs, by another reference than onnxruntime, which lacks this form or gets it wrong. */
  readonly expected?: readonly Tensor[];
  /** Constants or the operator itself need the size of the batch before running. */
  readonly fixedBatch?: true;
}

/** Rows of operators that are only evaluated. */
export function withoutGradient(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row, differentiable: false }));
}

/** Every row: `eval` against onnxruntime's own kernel or another reference, and what it is lowered to against `eval`; first and second gradient against central differences. */
export function testOperators(rows: readonly Row[]): void {
  for (const row of rows) {
    describe(row.title ? `${row.op}, ${row.title}` : row.op, () => {
      if (row.expected) test("evaluates as the reference does", () => checkGolden(row));
      else test("evaluates as onnxruntime does", () => checkEval(row, row.tolerance));
      if (lowerings.has(row.op)) {
        test("is lowered to what evaluates to the same", () => checkLowered(row, row.tolerance));
      }
      if (row.differentiable === false) return;
      test("has the gradient of central differences", () => checkGradient(row, row.tolerance));
      test("has the second gradient of central differences", () =>
        checkSecondGradient(row, row.tolerance));
      test("has a gradient made of differentiable operators", () => checkClosed(row));
    });
  }
}

function checkGolden(row: Row): void {
  run(row).forEach(({ dims, data }, i) => {
    const wanted = row.expected![i]!;
    expect(dims, `output ${i}: shape`).toEqual(wanted.dims);
    close(data, wanted.data, row.tolerance ?? 1e-5, `output ${i}`);
  });
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
