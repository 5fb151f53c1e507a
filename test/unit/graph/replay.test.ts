import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { valuesBeside } from "../../../src/explain/graph/path";
import { replay } from "../../../src/explain/graph/replay";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor } from "../../../src/explain/tensor";
import { named } from "../../helper/classifier";

/** inner = 3x; end = (inner + 1)·x + (how many rows inner has) + 5. */
function branching() {
  const g = new Builder();
  const x = g.input("x", "float64", ["N"]);
  const inner = named(g, "inner", "Mul", [x, g.scalar(3, x)]);
  const sum = g.op("Mul", [g.op("Add", [inner, g.scalar(1, x)]), x]);
  const rows = g.op("Cast", [g.op("Shape", [inner])], { to: "float64" });
  const shifted = g.op("Add", [g.op("Add", [sum, rows]), g.constant(tensor("float64", [5]))]);
  return { g, end: named(g, "end", "Identity", [shifted]) };
}

test("what lies behind a value is computed once more from another, and the first stays as it is", () => {
  const { g, end } = branching();
  const twice = g.op("Mul", ["inner", g.scalar(2, "inner")]);
  const again = replay(g, end, new Map([["inner", twice]]));
  const x = tensor("float64", [1, 10]);
  const results = evaluate(g.finish([end, again]), { x });
  expect([...results[end]!.data]).toEqual([4 + 7, 310 + 7]);
  expect([...results[again]!.data]).toEqual([7 + 7, 610 + 7]);
});

test("a value that does not depend on what is replaced is itself", () => {
  const { g } = branching();
  expect(replay(g, "inner", new Map([["end", "inner"]]))).toBe("inner");
});

test("beside a value goes what else of the image is read behind it: no constants, and no sizes", () => {
  const { g, end } = branching();
  expect(valuesBeside(g.nodes, "x", "inner", end)).toEqual(["x"]);
  expect(valuesBeside(g.nodes, "x", "x", end)).toEqual([]);
});
