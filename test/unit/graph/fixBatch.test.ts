import { expect, test } from "vitest";
import { fixBatch } from "../../../src/explain/graph/fixBatch";
import { evaluate } from "../../../src/explain/runtime/reference";
import { graphOf } from "../../helper/graph";
import { normal } from "../../helper/random";

const graph = graphOf(["N", 4, 6], (g, x) => {
  const rows = g.op("Reshape", [x, g.ints([-1, 6])]);
  return g.op("Relu", [rows]);
});

test("with a fixed batch every size is a number, and the numbers stay", () => {
  const fixed = fixBatch(graph, 2);
  const [output] = graph.outputs as [string];
  expect(graph.types.get(output)!.dims).toEqual(["4*N", 6]);
  expect(fixed.types.get(output)!.dims).toEqual([8, 6]);
  expect(fixed.inputs.map(({ dims }) => dims)).toEqual([[2, 4, 6]]);
  const feeds = { x: normal([2, 4, 6], 1, "float32") };
  expect(evaluate(fixed, feeds)[output]).toEqual(evaluate(graph, feeds)[output]);
});

test("sizes that do not count images keep their names", () => {
  const open = graphOf(["N", "5*N", "length"], (g, x) => g.op("Relu", [x]));
  expect(fixBatch(open, 1).inputs[0]!.dims).toEqual([1, 5, "length"]);
});
