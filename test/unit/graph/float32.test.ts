import { expect, test } from "vitest";
import { toFloat32 } from "../../../src/explain/graph/float32";
import type { Parameter } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type DType } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { graphOf, operatorsOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

/** Casts, a constant made at run time, weights in memory and in a file: float16 as models have it. */
function model(type: DType, weights: Parameter = { ...normal([3, 2], 1, "float32"), type }) {
  return graphOf(
    ["N", 3],
    (g, x) => {
      const ones = g.op("ConstantOfShape", [g.ints([3])], { value: tensor(type, [1]) });
      const sum = g.op("Add", [
        g.op("Cast", [g.op("Cast", [x], { to: "float32" })], { to: type }),
        ones,
      ]);
      const product = g.op("MatMul", [sum, g.parameter("weights", weights)]);
      return [product, g.op("Cast", [product], { to: "int64" })];
    },
    type,
  );
}

test.each(["float16", "bfloat16", "float64"] as const)("a %s model computes in float32", (type) => {
  const graph = verify(toFloat32(model(type)));
  const types = new Set([...graph.types.values()].map((value) => value.type));
  expect(types).toEqual(new Set(["float32", "int64"]));
  expect(graph.inputs[0]).toMatchObject({ name: "x", type: "float32", dims: ["N", 3] });
  expect(graph.outputs).toEqual(model(type).outputs);
});

test("the numbers stay, and its Casts are then nothing", () => {
  const graph = toFloat32(model("float64"));
  const x = normal([2, 3], 5, "float64");
  const [output] = graph.outputs;
  const want = evaluate(model("float64"), { x })[output!]!;
  const have = evaluate(graph, { x: tensor("float32", x.data, x.dims) })[output!]!;
  close(have.data, want.data, 1e-6, "product");
  expect(operatorsOf(simplify(graph))).toEqual(["Add", "MatMul", "Cast"]);
});

test("weights in a file stay there, under their name, with a Cast behind them", () => {
  const located: Parameter = {
    type: "float16",
    dims: [3, 2],
    location: { file: "/models/a.onnx", offset: 64, length: 12 },
  };
  const graph = verify(toFloat32(model("float16", located)));
  expect(graph.parameters.get("weights")).toEqual(located);
  const cast = graph.nodes.find(({ inputs }) => inputs.includes("weights"));
  expect(cast).toMatchObject({ op: "Cast", attributes: { to: "float32" } });
});

test("a float32 model is returned as it is", () => {
  const graph = graphOf(["N", 3], (g, x) => g.op("Relu", [x]));
  expect(toFloat32(graph)).toBe(graph);
});
