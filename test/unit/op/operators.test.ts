import { describe, expect, test } from "vitest";
import { operators } from "../../../src/explain/op/index";
import { privateCases } from "../../helper/privateCases";
import { families } from "./properties/index";
import { rows } from "./rows/index";

describe("the table of operators", () => {
  const standard = [...operators.values()].filter((op) => !op.private);
  const makesFloats = (name: string) =>
    !["Shape", "Size", "ConstantOfShape", "Range", "OneHot"].includes(name);
  // Their gradients go straight through the steps, where central differences find none: quantization.test.ts.
  const straightThrough = ["DequantizeLinear", "DynamicQuantizeLinear", "QuantizeLinear"];

  test("is in alphabetical order, without doubles", () => {
    const names = [...operators.keys()].map((name) => name.toLowerCase());
    expect(names).toEqual([...new Set(names)].sort());
  });

  test("every operator is compared with onnxruntime", () => {
    const tested = new Set(rows.map((row) => row.op));
    expect(standard.map((op) => op.name).filter((name) => !tested.has(name))).toEqual([]);
  });

  test("every rule is compared with central differences, and leads only to operators with rules", () => {
    const steps = ["Ceil", "Floor", "Hardmax", "Round", "Sign"];
    const tested = new Set(rows.filter((row) => row.differentiable !== false).map((row) => row.op));
    const ruled = standard
      .filter((op) => op.vjp && makesFloats(op.name) && !straightThrough.includes(op.name))
      .map((op) => op.name);
    expect(ruled.filter((name) => !tested.has(name))).toEqual(steps);
  });

  test("every rule has made-up cases, or a reason why it has none", () => {
    const reasons: Readonly<Record<string, string>> = {
      ConstantOfShape: "has no input of floats, only a shape",
      DynamicQuantizeLinear: "goes straight through, and finds a scale that has no gradient",
      Range: "has scalars only, of which the number of elements depends",
    };
    const madeUp = new Set(
      Object.values(families).flatMap((list) => list.flatMap(({ ops }) => ops)),
    );
    const without = [...operators.values()]
      // A hundred made-up cases each: lowering.test.ts.
      .filter((op) => op.vjp && !madeUp.has(op.name) && !(op.name in privateCases))
      .map((op) => op.name);
    expect(without).toEqual(Object.keys(reasons));
  });
});
