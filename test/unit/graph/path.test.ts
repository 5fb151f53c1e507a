import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { nodesBetween } from "../../../src/explain/graph/path";
import { tensor } from "../../../src/explain/tensor";

/** x + a position encoding that is repeated once per image, as exporters write `encoding.repeat(x.shape[0], 1)`. */
function withEncoding(): { g: Builder; x: string; encoding: string; sum: string } {
  const g = new Builder();
  const x = g.input("x", "float32", ["N", 4]);
  const width = g.op("Slice", [g.op("Shape", [x]), g.ints([1]), g.ints([2])]);
  const encoding = g.op("ConstantOfShape", [g.op("Concat", [g.ints([1]), width], { axis: 0 })], {
    value: tensor("float32", [2]),
  });
  const images = g.op("Slice", [g.op("Shape", [x]), g.ints([0]), g.ints([1])]);
  const repeats = g.op("Concat", [images, g.ints([1])], { axis: 0 });
  const sum = g.op("Add", [x, g.op("Tile", [encoding, repeats])]);
  return { g, x, encoding, sum };
}

test("what depends on the size of a value alone does not lie on a path from it", () => {
  const { g, x, sum } = withEncoding();
  expect(nodesBetween(g.nodes, [x], sum).map(({ op }) => op)).toEqual(["Add"]);
});

test("what is computed from sizes lies on paths from there", () => {
  const { g, encoding, sum } = withEncoding();
  expect(nodesBetween(g.nodes, [encoding], sum).map(({ op }) => op)).toEqual(["Tile", "Add"]);
});

test("no gradient is asked for through sizes", () => {
  const { g, x, sum } = withEncoding();
  const seed = g.input("seed", "float32", ["N", 4]);
  expect(gradient(g, { of: sum, wrt: [x], seed })).toEqual([seed]);
});
