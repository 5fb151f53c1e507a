import { describe, expect, test } from "vitest";
import { upgrade } from "../../../src/explain/format/onnx/upgrade/index";
import { Builder } from "../../../src/explain/graph/builder";
import type { Dim } from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";

const images = normal([2, 3, 4, 5], 8);

/** Gather as a file has it, along `axis` of what `data` makes of an image [N,3,4,5], beside what reading makes of it. */
function read(
  data: (g: Builder, image: string) => string,
  indices: (g: Builder, data: string) => string,
  { axis = 0, batch = "N" }: { axis?: number; batch?: Dim } = {},
) {
  const g = new Builder("test");
  const x = data(g, g.input("image", "float64", [batch, 3, 4, 5]));
  const inputs = [x, indices(g, x)];
  const gather = { op: "Gather", name: "gather", inputs, outputs: ["y"], attributes: { axis } };
  const node = upgrade(g, gather, 18, () => new Error() as never);
  g.append(node);
  const original = g.op("Gather", inputs, { axis });
  const feeds = {
    image: batch === "N" ? images : tensor("float64", images.data.slice(0, 60), [1, 3, 4, 5]),
  };
  const results = evaluate(g.finish(["y", original]), feeds);
  expect(results.y).toEqual(results[original]);
  return node.op;
}

const flat = (g: Builder, x: string) => g.op("Reshape", [x, g.ints([-1])]);
const counted = (dims: number[], of: (i: number) => number) =>
  tensor(
    "int64",
    Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => of(i)),
    dims,
  );

/** Σ stride · index as PyTorch's exporter computes it, for any batch. */
const computed = (strides: readonly [number, number, number]) => (g: Builder) => {
  const one = (value: number) => g.constant(tensor("int64", [value], []));
  const batch = g.op("Squeeze", [g.op("Shape", ["image"], { start: 0, end: 1 })]);
  const along = (limit: string, stride: number, axes: number[]) => {
    const steps = g.op("Mul", [g.op("Range", [one(0), limit, one(1)]), one(stride)]);
    return g.op("Unsqueeze", [steps, g.ints(axes)]);
  };
  const [n, c, p] = strides;
  const sum = g.op("Add", [along(batch, n, [1, 2]), along(one(3), c, [0, 2])]);
  return g.op("Add", [sum, along(one(20), p, [0, 1])]);
};

describe("Gather is read as what it does:", () => {
  test("places in order are a Reshape", () => {
    const inOrder = (g: Builder) => g.constant(counted([1, 3, 20], (i) => i));
    expect(read(flat, inOrder, { batch: 1 })).toBe("Reshape");
    expect(read(flat, computed([60, 20, 1]))).toBe("Reshape");
  });

  test("so are those of one axis among others", () => {
    const indices = (g: Builder) => g.constant(counted([2, 2], (i) => i));
    expect(read((_g, image) => image, indices, { axis: -2 })).toBe("Reshape");
  });

  test("places in the order of other axes are a Transpose", () => {
    const turned = (g: Builder) =>
      g.constant(counted([1, 20, 3], (i) => 20 * (i % 3) + Math.floor(i / 3)));
    expect(read(flat, turned, { batch: 1 })).toBe("Transpose");
    expect(read(flat, computed([60, 1, 3]))).toBe("Transpose");
    const columns = (g: Builder) =>
      g.constant(counted([2, 2], (i) => 2 * (i % 2) + Math.floor(i / 2)));
    expect(read((_g, image) => image, columns, { axis: 2 })).toBe("Transpose");
  });

  test("GatherND of single indices is a Gather", () => {
    const g = new Builder("test");
    const x = g.input("x", "float64", [4, 3]);
    for (const indices of [
      g.constant(tensor("int64", [2, -1, 0], [3, 1])),
      g.input("i", "int64", [3, 1]),
    ]) {
      const inputs = [x, indices];
      const node = { op: "GatherND", name: "", inputs, outputs: [`y${indices}`], attributes: {} };
      g.append(upgrade(g, node, 18, () => new Error() as never));
      expect(g.nodes.at(-1)!.op).toBe("Gather");
      const original = g.op("GatherND", inputs);
      const feeds = { x: normal([4, 3], 1), i: tensor("int64", [1, -2, 3], [3, 1]) };
      const results = evaluate(g.finish([`y${indices}`, original]), feeds);
      expect(results[`y${indices}`]).toEqual(results[original]);
    }
  });

  test("any other stays a Gather", () => {
    const one =
      (...numbers: number[]) =>
      (g: Builder) =>
        g.ints(numbers);
    const rows = { axis: 2 };
    expect(read((_g, x) => x, one(3, 2, 1, 0), rows)).toBe("Gather");
    expect(read((_g, x) => x, one(0, 1, 2), rows)).toBe("Gather");
    expect(read((_g, x) => x, one(0, 1, 3, 2), rows)).toBe("Gather");
    expect(read((_g, x) => x, one(-4, -3, -2, -1), rows)).toBe("Gather");
    expect(
      read(
        (_g, x) => x,
        (g) => g.constant(tensor("int64", [0], [])),
        rows,
      ),
    ).toBe("Gather");
    expect(read(flat, computed([60, 20, 0]))).toBe("Gather");
  });
});
