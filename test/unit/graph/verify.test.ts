import { describe, expect, test } from "vitest";
import type { Graph, Node, Parameter } from "../../../src/explain/graph/graph";
import { graphOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

const sound = graphOf(["N", 3], (g, x) => {
  const weights = g.parameter("weights", normal([3], 1, "float32"));
  return g.op("Relu", [g.op("Add", [x, weights])]);
});
const [add, relu] = sound.nodes as [Node, Node];

const withNodes = (...nodes: Node[]): Graph => ({ ...sound, nodes });
const withParameter = (parameter: Parameter): Graph => ({
  ...sound,
  parameters: new Map([["weights", parameter]]),
});
const weights = sound.parameters.get("weights")!;

test("a graph from the builder is sound", () => {
  expect(verify(sound)).toBe(sound);
});

/** What is wrong with a graph; the place that the message names; the graph. */
const broken: readonly [string, string, Graph][] = [
  ["two nodes make one value", relu.outputs[0]!, withNodes(add, relu, { ...relu, name: "other" })],
  ["two nodes share a name", add.name, withNodes(add, { ...relu, name: add.name })],
  ["a node reads what comes later", relu.name, withNodes(relu, add)],
  ["an operator is unknown", add.name, withNodes({ ...add, op: "Addd" }, relu)],
  ["an attribute is unknown", relu.name, withNodes(add, { ...relu, attributes: { alpha: 1 } })],
  [
    "an attribute is missing",
    relu.name,
    withNodes(add, { ...relu, op: "LeakyRelu", attributes: {} }),
  ],
  ["a parameter is too short", "weights", withParameter({ ...weights, dims: [4] })],
  [
    "a parameter is kept in the wrong array",
    "weights",
    withParameter({ type: "float32", dims: [3], data: new Float64Array(3) }),
  ],
  [
    "a place in a file is too short",
    "weights",
    withParameter({ type: "float32", dims: [3], location: { file: "/a", offset: 0, length: 8 } }),
  ],
  [
    "a parameter has an open shape",
    "weights",
    withParameter({ ...weights, dims: ["M" as unknown as number] }),
  ],
  [
    "a type is wrong",
    add.outputs[0]!,
    {
      ...sound,
      types: new Map([...sound.types, [add.outputs[0]!, { type: "float32", dims: [1] }]]),
    },
  ],
  ["a type is missing", "x", { ...sound, types: new Map() }],
  ["an output is not made", "nothing", { ...sound, outputs: ["nothing"] }],
  ["an output is listed twice", "x", { ...sound, outputs: ["x", "x"] }],
];

describe("verify names the place where", () => {
  test.each(broken)("%s", (_, place, graph) => {
    expect(() => verify(graph)).toThrow(`“${place}”`);
  });
});
