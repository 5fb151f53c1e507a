import { describe, test } from "vitest";
import { sizeOf } from "../../../src/explain/tensor";
import { checkGradient, type Case } from "../../helper/gradient";
import { checkClosed } from "../../helper/operator";
import { privateCases } from "../../helper/privateCases";
import { checkSecondGradient } from "../../helper/secondGradient";

/** Central differences evaluate the operator twice per element. */
const small = ({ inputs }: Case) => inputs.every((input) => sizeOf(input!.dims) <= 150);

/** The maxima's places do not move with X: it has no gradient by design. */
const fixed: Readonly<Record<string, readonly number[]>> = {
  ClipGrad: [0],
  MaxPoolGrad: [0],
  MaxPoolGather: [0],
};

for (const [op, all] of Object.entries(privateCases)) {
  const cases = all.filter(small).map((row) => ({ ...row, fixed: fixed[op] ?? [] }));
  describe(op, () => {
    test("has the gradient of central differences", () => {
      for (const row of cases.slice(0, 20)) checkGradient(row);
    });
    test("has the second gradient of central differences", () => {
      for (const row of cases.slice(0, 6)) checkSecondGradient(row);
    });
    test("has a gradient made of differentiable operators", () => checkClosed(cases[0]!));
  });
}
