import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { upgrade } from "../../../src/explain/format/onnx/upgrade/index";
import { Builder } from "../../../src/explain/graph/builder";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type DType, type Tensor } from "../../../src/explain/tensor";
import { checkDirection, inDoublePrecision } from "../../helper/direction";
import { close } from "../../helper/gradient";
import { checkModel } from "../../helper/model";
import { readModel, writeModel, type ModelText, type NodeText } from "../../helper/onnxModel";
import { normal } from "../../helper/random";

interface Row {
  readonly op: string;
  readonly title?: string;
  readonly opset?: number;
  /** Shapes of what is fed: x0, x1, … */
  readonly feeds?: readonly (readonly number[])[];
  /** Inputs behind them. */
  readonly constants?: readonly Tensor[];
  readonly attributes?: NodeText["attributes"];
  readonly type?: DType;
  /** The numbers it gives, where onnxruntime lacks the operator. */
  readonly expected?: (inputs: readonly Tensor[]) => readonly number[];
}

const x = [2, 3, 4];
const int64 = (dims: readonly number[], ...values: number[]) => tensor("int64", values, dims);
const float = (value: number) => ({ float: value });

const activations: readonly Row[] = [
  { op: "Celu" },
  { op: "Celu", title: "alpha", attributes: { alpha: float(0.6) } },
  { op: "Mish", opset: 18 },
  { op: "Shrink", attributes: { lambd: float(0.3), bias: float(0.1) } },
  { op: "Softsign" },
  { op: "ThresholdedRelu", attributes: { alpha: float(0.4) } },
  {
    op: "Swish",
    opset: 24,
    attributes: { alpha: float(1.3) },
    expected: ([a]) => [...a!.data].map((v) => v / (1 + Math.exp(-1.3 * v))),
  },
  {
    op: "SwiGLU",
    opset: 28,
    feeds: [x, x],
    expected: ([a, b]) => [...a!.data].map((v, i) => (v / (1 + Math.exp(-v))) * b!.data[i]!),
  },
];

const compositions: readonly Row[] = [
  { op: "Sum", feeds: [[2, 3, 4], [3, 1], [4]] },
  { op: "Sum", title: "one input" },
  { op: "Mean", feeds: [[2, 3, 4], [3, 1], [4]] },
  { op: "Mean", title: "one input" },
  { op: "CastLike", opset: 15, constants: [tensor("int32", [1])], type: "int32" },
  { op: "Compress", constants: [tensor("bool", [1, 0, 1])], attributes: { axis: 1 } },
  {
    op: "Compress",
    title: "flat, a short condition",
    constants: [tensor("bool", [0, 1, 1, 0, 1])],
  },
  { op: "EyeLike", feeds: [[3, 5]] },
  {
    op: "EyeLike",
    title: "another diagonal",
    feeds: [[4, 3]],
    attributes: { k: -1, dtype: "int64" },
    type: "int64",
  },
  { op: "ReverseSequence", feeds: [[4, 3, 2]], constants: [int64([3], 1, 4, 2)] },
  {
    op: "ReverseSequence",
    title: "images first",
    feeds: [[3, 4, 2]],
    constants: [int64([3], 1, 4, 2)],
    attributes: { time_axis: 1, batch_axis: 0 },
  },
  ...[0, 1].flatMap((exclusive) =>
    [0, 1].map((reverse): Row => ({
      op: "CumProd",
      title: `exclusive ${exclusive}, reverse ${reverse}`,
      opset: 26,
      feeds: [[2, 3, 2]],
      constants: [int64([], -2)],
      attributes: { exclusive, reverse },
      expected: ([a]) =>
        [...a!.data].map((_, i) => {
          const [image, place, column] = [Math.floor(i / 6), Math.floor(i / 2) % 3, i % 2];
          const others = [0, 1, 2].filter(
            (j) => (reverse ? j > place : j < place) || (j === place && !exclusive),
          );
          return others.reduce((product, j) => product * a!.data[image * 6 + j * 2 + column]!, 1);
        }),
    })),
  ),
  {
    op: "Mod",
    title: "floats with the sign of the divisor",
    opset: 28,
    feeds: [[2, 3]],
    constants: [tensor("float32", [0.7, -0.4, 2])],
    expected: ([a]) =>
      [...a!.data].map((v, i) => {
        const b = Math.fround([0.7, -0.4, 2][i % 3]!);
        return v - Math.floor(v / b) * b;
      }),
  },
];

const einsum = (equation: string, ...feeds: readonly (readonly number[])[]): Row => ({
  op: "Einsum",
  title: equation,
  opset: 12,
  feeds,
  attributes: { equation },
});

const einsums: readonly Row[] = [
  einsum("ij,jk->ik", [2, 3], [3, 4]),
  einsum("ij,jk", [2, 3], [3, 4]),
  einsum("ba,cb", [2, 3], [4, 2]),
  einsum("i,i->", [3], [3]),
  einsum("i,j->ij", [3], [2]),
  einsum("ij->", [2, 3]),
  einsum("ij->ji", [2, 3]),
  einsum("ij->ij", [2, 3]),
  einsum("iij->ij", [3, 3, 2]),
  einsum("ii->", [3, 3]),
  einsum("ijik->jk", [3, 2, 3, 2]),
  einsum("bhid,bhjd->bhij", [2, 3, 4, 5], [2, 3, 6, 5]),
  einsum("bhij,bhjd->bhid", [2, 3, 4, 6], [2, 3, 6, 5]),
  einsum("bhwc,hkc->bhwk", [2, 3, 4, 5], [3, 6, 5]),
  einsum("bhwc,wkc->bhwk", [2, 3, 4, 5], [4, 6, 5]),
  einsum("nhwc,cd->nhwd", [2, 3, 4, 5], [5, 6]),
  einsum("nkctv,kvw->nctw", [2, 3, 2, 4, 5], [3, 5, 6]),
  einsum("bqhd,bkhd->bhqk", [2, 3, 2, 4], [2, 5, 2, 4]),
  einsum("bnhd,bnhe->bhde", [2, 5, 3, 4], [2, 5, 3, 2]),
  einsum("... i d, ... j d -> ... i j", [2, 3, 4, 5], [2, 3, 6, 5]),
  einsum("...ij,...jk", [2, 4, 5], [2, 5, 2]),
  einsum("b...,b->b...", [2, 3, 4], [2]),
  einsum("bij,bij->bij", [2, 3, 4], [2, 3, 4]),
  einsum("bij,bij->b", [2, 3, 4], [2, 3, 4]),
  einsum("bij,ji->b", [2, 3, 4], [4, 3]),
  einsum("ab,bc,cd->ad", [2, 3], [3, 4], [4, 5]),
  einsum("bi,oij,bj->bo", [2, 3], [4, 3, 5], [2, 5]),
  einsum("abc,cd,def->feba", [2, 3, 4], [4, 5], [5, 2, 3]),
  einsum("ijk,ilm,njm,nlk,abc->", [2, 3, 4], [2, 5, 3], [2, 3, 3], [2, 5, 4], [2, 2, 2]),
];

/** What numpy broadcasts and onnxruntime refuses. */
const broadcast: readonly Row[] = [
  {
    ...einsum("...ij,...jk", [2, 1, 2, 3], [3, 3, 1]),
    expected: ([a, b]) =>
      count(12).map((at) => {
        const [n, m, i] = [Math.floor(at / 6), Math.floor(at / 2) % 3, at % 2];
        return total(count(3).map((j) => a!.data[n * 6 + i * 3 + j]! * b!.data[m * 3 + j]!));
      }),
  },
  {
    ...einsum("ij,j->i", [2, 3], [1]),
    expected: ([a, b]) =>
      count(2).map((i) => total(count(3).map((j) => a!.data[i * 3 + j]! * b!.data[0]!))),
  },
];

const count = (size: number) => Array.from({ length: size }, (_, i) => i);
const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function modelOf(
  row: Row,
  dims: (shape: readonly number[]) => readonly (number | string)[] = (shape) => shape,
): ModelText {
  const { op, opset = 15, feeds = [x], constants = [], attributes = {}, type } = row;
  const fed = feeds.map((shape, i) => [`x${i}`, dims(shape)] as const);
  const fixed = constants.map((value, i) => [`c${i}`, value] as const);
  const inputs = [...fed, ...fixed].map(([name]) => name);
  return {
    opset,
    inputs: Object.fromEntries(fed),
    constants: Object.fromEntries(fixed),
    nodes: [{ op, inputs, outputs: ["y"], attributes }],
    ...(type ? { type } : {}),
  };
}

const rows = [...activations, ...compositions, ...einsums, ...broadcast];
const titleOf = ({ op, title }: Row) => (title ? `${op}, ${title}` : op);

describe.each(rows.map((row) => [titleOf(row), row] as const))("%s", (_, row) => {
  test("computes what the original operator computes", async () => {
    if (!row.expected) return void (await checkModel(writeModel(modelOf(row))));
    const { feeds = [x] } = row;
    const inputs = feeds.map((dims, i) => normal(dims, 5 + i, "float32"));
    const graph = await readModel(modelOf(row));
    const { y } = evaluate(graph, Object.fromEntries(inputs.map((value, i) => [`x${i}`, value])));
    close(y!.data, row.expected(inputs), 1e-6, row.op);
  });

  test("has the gradient of central differences", async () => {
    const graph = inDoublePrecision(await readModel(modelOf(row)));
    const feeds = graph.inputs.map(
      ({ name, dims }, i) => [name, normal(dims as number[], 5 + i)] as const,
    );
    checkDirection(graph, Object.fromEntries(feeds));
  });

  test("infers the same shape when the first size is a name", async () => {
    const { feeds = [x], op } = row;
    const known = (await readModel(modelOf(row))).types.get("y")!.dims;
    if (
      !known.every((dim) => typeof dim === "number") ||
      op === "EyeLike" ||
      op === "ReverseSequence"
    )
      return;
    const size = feeds[0]![0]!;
    const graph = await readModel(
      modelOf(row, (dims) => dims.map((dim) => (dim === size ? "N" : dim))),
    );
    const dims = graph.types
      .get("y")!
      .dims.map((dim) =>
        typeof dim === "string" ? dim.replaceAll("N", String(size)) : String(dim),
      );
    expect(dims.map((dim) => dim.split("*").reduce((a, b) => a * Number(b), 1))).toEqual(known);
  });
});

test("operators that draw random numbers are refused with what to do", async () => {
  const nodes = [{ op: "RandomNormalLike", inputs: ["x"], outputs: ["y"], name: "noise" }];
  await expect(readModel({ opset: 15, inputs: { x: [2] }, nodes })).rejects.toThrow(
    /operator RandomNormalLike \(node “noise”\) draws random numbers, which prediction never does; export the model in evaluation mode/,
  );
});

test("several open sizes are multiplied in the graph, not before", async () => {
  const equation = "bhwc,hkc->bhwk";
  const inputs = { a: ["N", "H", "W", 5], b: ["H", 6, 5] };
  const nodes = [
    { op: "Einsum", inputs: ["a", "b"], outputs: ["y"], attributes: { equation: equation } },
  ];
  const graph = await readModel({ opset: 12, inputs, nodes });
  expect(graph.types.get("y")!.dims).toEqual(["N", "H", "W", 6]);
  const feeds = { a: normal([2, 3, 4, 5], 1), b: normal([3, 6, 5], 2) };
  expect(evaluate(graph, feeds).y!.dims).toEqual([2, 3, 4, 6]);
  checkDirection(inDoublePrecision(graph), feeds);
});

test("attention as an Einsum is one MatMul", async () => {
  const attributes = { equation: "bhij,bhjd->bhid" };
  const nodes = [{ op: "Einsum", inputs: ["a", "b"], outputs: ["y"], attributes }];
  const graph = await readModel({
    opset: 12,
    inputs: { a: ["N", 3, 4, 6], b: ["N", 3, 6, 5] },
    nodes,
  });
  expect(graph.nodes.map(({ op }) => op)).toEqual(["MatMul"]);
});

test("an equation that does not fit its inputs is refused", async () => {
  const nodes = [
    { op: "Einsum", inputs: ["a"], outputs: ["y"], attributes: { equation: "ij->k" } },
  ];
  await expect(readModel({ opset: 12, inputs: { a: [2, 3] }, nodes })).rejects.toThrow(
    "has the equation “ij->k”, which does not fit its inputs",
  );
});

describe("made-up Einsum equations", () => {
  const sizes: Record<string, number> = { a: 2, b: 3, c: 1, d: 2, e: 2 };
  const labels = fc.array(fc.constantFrom(...Object.keys(sizes)), { maxLength: 4 });
  const equations = fc.array(labels, { minLength: 1, maxLength: 4 }).chain((operands) => {
    const known = [...new Set(operands.flat())];
    return fc.shuffledSubarray(known).map((result) => ({ operands, result }));
  });

  /** Sums the products over all places of all labels. */
  function summed(operands: string[][], result: string[], values: readonly Tensor[]): number[] {
    const known = [...new Set(operands.flat())];
    const y = new Array<number>(result.reduce((a, label) => a * sizes[label]!, 1)).fill(0);
    const places = known.reduce<Record<string, number>[]>(
      (all, label) =>
        all.flatMap((place) => count(sizes[label]!).map((i) => ({ ...place, [label]: i }))),
      [{}],
    );
    const offset = (own: readonly string[], place: Record<string, number>) =>
      own.reduce((at, label) => at * sizes[label]! + place[label]!, 0);
    for (const place of places) {
      const factors = operands.map((own, i) => values[i]!.data[offset(own, place)]!);
      y[offset(result, place)]! += factors.reduce((a, b) => a * b, 1);
    }
    return y;
  }

  test("are sums of products, with the gradient of central differences", () => {
    const property = fc.property(equations, ({ operands, result }) => {
      const values = operands.map((own, i) =>
        normal(
          own.map((label) => sizes[label]!),
          40 + i,
        ),
      );
      const g = new Builder("test");
      const inputs = values.map(({ dims }, i) => g.input(`x${i}`, "float64", dims));
      const equation = `${operands.map((own) => own.join("")).join(",")}->${result.join("")}`;
      const node = { op: "Einsum", name: "e", inputs, outputs: ["y"], attributes: { equation } };
      g.append(upgrade(g, node, 12, refuse));
      const graph = g.finish(["y"]);
      const feeds = Object.fromEntries(values.map((value, i) => [`x${i}`, value]));
      const { y } = evaluate(graph, feeds);
      expect(y!.dims).toEqual(result.map((label) => sizes[label]));
      close(y!.data, summed(operands, result, values), 1e-12, equation);
      checkDirection(graph, feeds, 1e-5);
    });
    fc.assert(property, { seed: 20, numRuns: 300 });
  });
});

const refuse = (detail: string): never => {
  throw new Error(detail);
};

describe("BatchNormalization in training mode", () => {
  const each = ["scale", "bias", "mean", "variance"];
  const numbers = each.map((name, i) => [name, tensor("float32", [1 + i, 2 - i, 0.5, 1])]);
  const text = (weights: string): ModelText => ({
    opset: 15,
    inputs: { x: [1, 4, 6] },
    constants: { ...Object.fromEntries(numbers), w: normal([1, 4, 6], 3, "float32") },
    nodes: [
      {
        op: "BatchNormalization",
        inputs: [weights, ...each],
        outputs: ["s", "m", "v"],
        attributes: { training_mode: 1, epsilon: { float: 1e-3 } },
        name: "bn",
      },
      { op: "Mul", inputs: ["x", "s"], outputs: ["y"] },
    ],
  });

  test("of weights standardizes them", async () => {
    const { graph } = await checkModel(writeModel(text("w")));
    expect(graph.nodes.map(({ op }) => op)).toEqual(["InstanceNormalization", "Mul"]);
  });

  test("of what depends on the image is refused", async () => {
    await expect(readModel(text("x"))).rejects.toThrow("BatchNormalization is in training mode");
  });
});
