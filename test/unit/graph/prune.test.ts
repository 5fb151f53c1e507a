import { expect, test } from "vitest";
import { prune } from "../../../src/explain/graph/prune";
import { graphOf, operatorsOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

const graph = graphOf(["N", 4], (g, x) => {
  const other = g.input("other", "float32", [4]);
  const weights = g.parameter("weights", normal([4], 1, "float32"));
  g.append({ op: "Mul", name: "left", inputs: [x, weights], outputs: ["left"], attributes: {} });
  g.append({ op: "Add", name: "right", inputs: [x, other], outputs: ["right"], attributes: {} });
  const [half] = g.ops("Split", [g.op("Relu", ["left"])], 2, { axis: 1, num_outputs: 2 });
  return [half!, "right"];
});

test("keeps what an output needs, its inputs and parameters, in order", () => {
  const pruned = verify(prune(graph, [graph.outputs[0]!]));
  expect(operatorsOf(pruned)).toEqual(["Mul", "Relu", "Split"]);
  expect(pruned.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect([...pruned.parameters.keys()]).toEqual(["weights"]);
});

test("drops parameters and types that nothing needs", () => {
  const pruned = verify(prune(graph, ["right"]));
  expect(operatorsOf(pruned)).toEqual(["Add"]);
  expect(pruned.parameters.size).toBe(0);
  expect(pruned.types.has("left")).toBe(false);
});

test("keeps everything when everything is wanted", () => {
  expect(operatorsOf(prune(graph))).toEqual(operatorsOf(graph));
});

test("an output may be an input or a value inside", () => {
  expect(verify(prune(graph, ["x"])).nodes).toEqual([]);
  expect(operatorsOf(verify(prune(graph, ["left"])))).toEqual(["Mul"]);
});

test("names an output that there is not", () => {
  expect(() => prune(graph, ["nothing"])).toThrow("“nothing”: is not a value of this graph");
});
