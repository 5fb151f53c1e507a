import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import type { Parameter } from "../../../src/explain/graph/graph";
import { streamSingleRows } from "../../../src/explain/runtime/onnxruntime/streaming";
import { graphOf } from "../../helper/graph";

const located = (dims: number[]): Parameter => ({
  type: "float32",
  dims,
  location: { file: "/model", offset: 0, length: 4 * dims[0]! * dims[1]! },
});

/** Which weights the nodes of the graph then read. */
function read(build: (g: Builder, x: string, w: string) => string | string[], dims = [512, 512]) {
  const graph = graphOf(["N", 512], (g, x) => build(g, x, g.parameter("w", located(dims))));
  const streamed = streamSingleRows(graph);
  return {
    weights: streamed.nodes.flatMap(({ inputs }) => inputs.filter((name) => /w$/.test(name))),
    inputs: streamed.inputs.map(({ name }) => name),
    parameters: [...streamed.parameters.keys()].filter((name) => /w$/.test(name)),
  };
}

const streamed = "sightline/streamed/w";

describe("a matrix that is multiplied by one row per image is input and parameter at once", () => {
  test("in MatMul and Gemm", () => {
    const found = read((g, x, w) => g.op("Gemm", [g.op("MatMul", [x, w]), w], { transB: 1 }));
    expect(found).toEqual({
      weights: [streamed, streamed],
      inputs: ["x", streamed],
      parameters: [streamed],
    });
  });

  test("and keeps its name for everything else", () => {
    const found = read((g, x, w) => {
      const turned = g.op("Transpose", [w], { perm: [1, 0] });
      return g.op("MatMul", [g.op("MatMul", [x, w]), turned]);
    });
    expect(found).toEqual({
      weights: ["w", streamed],
      inputs: ["x", streamed],
      parameters: ["w", streamed],
    });
  });
});

describe("a matrix stays constant", () => {
  const constant = { weights: ["w"], inputs: ["x"], parameters: ["w"] };

  const several: readonly [string, (g: Builder, x: string) => string][] = [
    ["of a joined batch", (g, x) => g.op("Concat", [x, x], { axis: 0 })],
    [
      "merged with the batch",
      (g, x) => g.op("Reshape", [g.op("Tile", [x, g.ints([1, 5])]), g.ints([-1, 512])]),
    ],
    [
      "of classes",
      (g, x) => g.op("Expand", [g.op("Unsqueeze", [x, g.ints([0])]), g.ints([5, 1, 1])]),
    ],
  ];

  test.each(several)("when several rows per image are multiplied by it: rows %s", (_, rows) => {
    expect(read((g, x, w) => g.op("MatMul", [rows(g, x), w]))).toEqual(constant);
  });

  test("when it is the left side, or transposed rows are multiplied", () => {
    expect(
      read((g, x, w) => g.op("MatMul", [w, g.op("Transpose", [x], { perm: [1, 0] })])),
    ).toEqual(constant);
    expect(read((g, x, w) => g.op("Gemm", [x, w], { transA: 1 }), [512, 512]).weights).toEqual([
      "w",
    ]);
  });

  test("when it is small", () => {
    expect(read((g, x, w) => g.op("MatMul", [x, w]), [512, 511])).toEqual(constant);
  });
});
