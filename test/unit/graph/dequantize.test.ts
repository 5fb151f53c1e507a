import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { dequantize } from "../../../src/explain/graph/dequantize";
import { feedFloats } from "../../../src/explain/graph/feedFloats";
import type { Attributes, Graph } from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import { scalar, tensor, type DType, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { graphOf, operatorsOf } from "../../helper/graph";
import { runGraph } from "../../helper/onnxruntime";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

const x = normal([1, 2, 4, 4], 1, "float32");

/** The scale and the zero point of every value here. */
function steps(g: Builder, type: DType = "int8"): string[] {
  return [g.constant(scalar("float32", 0.02)), g.constant(scalar(type, 5))];
}

/** DequantizeLinear of what `work` makes of the integers of the input `x`. */
function onIntegers(work: (g: Builder, integers: string) => string, type?: DType): Graph {
  return graphOf(x.dims, (g, input) => {
    const integers = g.op("QuantizeLinear", [input, ...steps(g, type)]);
    return g.op("DequantizeLinear", [work(g, integers), ...steps(g, type)]);
  });
}

const output = (graph: Graph, input = x) => evaluate(graph, { x: input })[graph.outputs[0]!]!;

/** Every operator on integers, in the forms that files have. */
const cases: readonly [string, (g: Builder, integers: string) => string][] = [
  ["MaxPool", single("MaxPool", { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] })],
  ["Relu, whose 0 is not the number 0", single("Relu")],
  ["Transpose", single("Transpose", { perm: [0, 2, 3, 1] })],
  ["Flatten", single("Flatten", { axis: 1 })],
  ["Reshape", (g, q) => g.op("Reshape", [q, g.ints([2, 16])])],
  ["Pad with the integer 0", (g, q) => g.op("Pad", [q, g.ints([0, 0, 1, 1, 0, 0, 0, 2])])],
  [
    "Pad with another integer, axes named",
    (g, q) => g.op("Pad", [q, g.ints([1, 2]), g.constant(scalar("int8", 9)), g.ints([2])]),
  ],
  [
    "Pad with edges",
    (g, q) => g.op("Pad", [q, g.ints([0, 0, 1, 1, 0, 0, 0, 2])], { mode: "edge" }),
  ],
  [
    "Clip between integers",
    (g, q) => g.op("Clip", [q, g.constant(scalar("int8", -20)), g.constant(scalar("int8", 30))]),
  ],
  ["Concat", (g, q) => g.op("Concat", [q, g.op("Relu", [q])], { axis: 1 })],
  ["Slice", (g, q) => g.op("Slice", [q, g.ints([1]), g.ints([3]), g.ints([2])])],
  ["Gather", (g, q) => g.op("Gather", [q, g.ints([3, 0])], { axis: 3 })],
  ["Split", (g, q) => g.ops("Split", [q], 2, { axis: 2, num_outputs: 2 })[1]!],
  ["one after the other", (g, q) => g.op("Relu", [g.op("MaxPool", [q], { kernel_shape: [2, 2] })])],
];

function single(op: string, attributes: Attributes = {}) {
  return (g: Builder, integers: string) => g.op(op, [integers], attributes);
}

describe.each(cases)("%s of integers", (_title, work) => {
  const before = onIntegers(work);
  const after = verify(dequantize(before));

  test("computes the same real numbers, also in onnxruntime", async () => {
    const want = output(before);
    expect(output(after).dims).toEqual(want.dims);
    close(output(after).data, want.data, 0, "evaluated");
    const theirs = await runGraph(after, { x });
    close(theirs[after.outputs[0]!]!.data, want.data, 1e-6, "in onnxruntime");
  });

  test("has a gradient", () => {
    const g = Builder.extend(after);
    const [y] = after.outputs as [string];
    const seed = g.input("seed", "float32", g.dims(y));
    const [dx] = gradient(g, { of: y, wrt: ["x"], seed });
    const values = evaluate(g.finish([dx!]), { x, seed: normal(output(after).dims, 2, "float32") });
    expect(values[dx!]!.data.some((value) => value !== 0)).toBe(true);
  });
});

test("a file that makes real numbers of all its integers stays as it is", () => {
  const graph = graphOf(x.dims, (g, input) => {
    const integers = g.op("QuantizeLinear", [input, ...steps(g)]);
    const node = { op: "DequantizeLinear", name: "real", attributes: {} };
    g.append({ ...node, inputs: [integers, ...steps(g)], outputs: ["real"] });
    return g.op("Relu", ["real"]);
  });
  expect(dequantize(graph).nodes).toEqual(graph.nodes);
});

test("quantized outputs are real numbers under their name", () => {
  const graph = graphOf(x.dims, (g, input) => {
    const node = { op: "QuantizeLinear", name: "scores", attributes: {} };
    g.append({ ...node, inputs: [input, ...steps(g)], outputs: ["scores"] });
    return "scores";
  });
  const after = verify(dequantize(graph));
  expect(after.outputs).toEqual(["scores"]);
  expect(after.types.get("scores")!.type).toBe("float32");
  const real = [...output(graph).data].map((value) => Math.fround((value - 5) * Math.fround(0.02)));
  close(output(after).data, real, 0, "scores");
});

test("the names of integers go over to the real numbers", () => {
  const graph = onIntegers((g, q) => {
    const node = { op: "MaxPool", name: "pooled", attributes: { kernel_shape: [2, 2] } };
    g.append({ ...node, inputs: [q], outputs: ["pooled"] });
    return "pooled";
  });
  expect(dequantize(graph).types.get("pooled")!.type).toBe("float32");
});

test("another scale behind the integers counts them anew", () => {
  const graph = graphOf(x.dims, (g, input) => {
    const integers = g.op("MaxPool", [g.op("QuantizeLinear", [input, ...steps(g)])], {
      kernel_shape: [2, 2],
    });
    return g.op("DequantizeLinear", [integers, g.constant(scalar("float32", 3))]);
  });
  close(output(dequantize(graph)).data, output(graph).data, 0, "y");
});

test("integers that are cast keep their number", () => {
  const graph = graphOf(x.dims, (g, input) =>
    g.op("Cast", [g.op("QuantizeLinear", [input, ...steps(g)])], { to: "float32" }),
  );
  const after = dequantize(graph);
  close(output(after).data, output(graph).data, 0, "y");
  expect(operatorsOf(after)).not.toContain("Identity");
});

test("the place of the largest integer stays an index", () => {
  const graph = graphOf(x.dims, (g, input) =>
    g.op("ArgMax", [g.op("QuantizeLinear", [input, ...steps(g)])], { axis: 1 }),
  );
  const after = verify(dequantize(graph));
  expect(after.types.get(after.outputs[0]!)!.type).toBe("int64");
  close(output(after).data, output(graph).data, 0, "y");
});

test("parts in different steps are left alone", () => {
  const graph = graphOf(x.dims, (g, input) => {
    const [scale, zero] = steps(g) as [string, string];
    const other = g.constant(scalar("float32", 0.5));
    const parts = [scale, other].map((each) => g.op("QuantizeLinear", [input, each, zero]));
    const joined = g.op("Concat", parts, { axis: 1 });
    return g.op("DequantizeLinear", [joined, scale, zero]);
  });
  close(output(dequantize(graph)).data, output(graph).data, 0, "y");
});

describe("an image input that takes bytes", () => {
  const bytes = (build: (g: Builder, image: string) => string, type: DType = "uint8") =>
    graphOf(x.dims, build, type);
  const pixels: Tensor = tensor(
    "float32",
    x.data.map((_, i) => (i * 7) % 256),
    x.dims,
  );

  test.each<[string, (g: Builder, image: string) => string]>([
    ["cast", (g, image) => g.op("Cast", [image], { to: "float32" })],
    ["dequantized", (g, image) => g.op("DequantizeLinear", [image, ...steps(g, "uint8")])],
    [
      "transposed first",
      (g, image) =>
        g.op("DequantizeLinear", [
          g.op("Transpose", [image], { perm: [0, 2, 3, 1] }),
          ...steps(g, "uint8"),
        ]),
    ],
  ])("%s has a gradient in the space of the image", (_title, build) => {
    const graph = bytes(build);
    const after = verify(dequantize(feedFloats(graph, { name: "x" })));
    const want = output(graph, { ...pixels, type: "uint8" });
    close(output(after, pixels).data, want.data, 0, "y");
    const g = Builder.extend(after);
    const [y] = after.outputs as [string];
    const seed = g.input("seed", "float32", g.dims(y));
    const [dx] = gradient(g, { of: y, wrt: ["x"], seed });
    const feeds = {
      x: pixels,
      seed: tensor(
        "float32",
        want.data.map(() => 1),
        want.dims,
      ),
    };
    const slope = _title === "cast" ? 1 : 0.02;
    const slopes = [...pixels.data].map(() => slope);
    close(evaluate(g.finish([dx!]), feeds)[dx!]!.data, slopes, 1e-6, "gradient");
  });

  test("is rounded, not cut off", () => {
    const graph = bytes((g, image) => g.op("Cast", [image], { to: "float32" }));
    const after = dequantize(feedFloats(graph, { name: "x" }));
    const between = tensor(
      "float32",
      x.data.map((_, i) => i - 3.3),
      x.dims,
    );
    const rounded = [...between.data].map((value) => Math.max(0, Math.round(value)));
    close(output(after, between).data, rounded, 0, "y");
  });
});
