import { expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { cut } from "../../helper/cut";
import { prune } from "../../../src/explain/graph/prune";
import { attentionRollout } from "../../../src/explain/method/attentionRollout";
import { gradientAttentionRollout } from "../../../src/explain/method/gradientAttentionRollout";
import type { Method } from "../../../src/explain/method/method";
import { evaluate } from "../../../src/explain/runtime/reference";
import { asked, planProgram } from "../../../src/explain/service/program";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";

type Weight = (dims: number[]) => string;

const width = 6;
const heads = 2;

/** softmax(q·kᵀ)·v by heads, of `queries` tokens [N,Q,6] over `tokens` [N,T,6]; the weights, [N,heads,Q,T], are called `name`. */
function attend(g: Builder, queries: string, tokens: string, w: Weight, name: string): string {
  const scale = g.constant(tensor("float64", new Array<number>(width).fill(0.5)));
  const split = (value: string, perm: number[]) => {
    const [, count] = g.dims(value) as [string, number];
    const normalized = g.op("LayerNormalization", [value, scale]);
    const projected = g.op("MatMul", [normalized, w([width, width])]);
    const apart = g.reshape(projected, ["N", count, heads, width / heads]);
    return g.op("Transpose", [apart], { perm });
  };
  const product = g.op("MatMul", [split(queries, [0, 2, 1, 3]), split(tokens, [0, 2, 3, 1])]);
  named(g, name, "Softmax", [product], { axis: -1 });
  const mixed = g.op("MatMul", [name, split(tokens, [0, 2, 1, 3])]);
  const together = g.op("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return g.reshape(together, ["N", g.dims(queries)[1]!, width]);
}

/** One vector for each image: [N,1,6]. */
function repeated(g: Builder, like: string, w: Weight): string {
  const images = g.op("Shape", [like], { start: 0, end: 1 });
  const shape = g.op("Concat", [images, g.ints([1, width])], { axis: 0 });
  return g.op("Expand", [w([1, 1, width]), shape]);
}

/** Two layers between 2×3 patches, with a class token before them and a register behind unless the head reads patches. */
const transformer = (head: "token" | "patches" | "query"): Classifier =>
  classifier(
    (g, x, w) => {
      const map = g.op("Conv", [x, w([width, 3, 4, 4])], { strides: [4, 4] });
      const patches = g.op("Transpose", [g.reshape(map, ["N", width, 6])], { perm: [0, 2, 1] });
      const parts = [repeated(g, patches, w), patches, repeated(g, patches, w)];
      let tokens = head === "patches" ? patches : g.op("Concat", parts, { axis: 1 });
      for (const name of ["first", "second"]) {
        tokens = g.op("Add", [tokens, attend(g, tokens, tokens, w, name)]);
      }
      const read = {
        token: () => g.op("Gather", [tokens, g.constant(tensor("int64", [0], []))], { axis: 1 }),
        patches: () => g.op("ReduceMean", [tokens, g.ints([1])], { keepdims: 0 }),
        query: () => g.reshape(attend(g, repeated(g, tokens, w), tokens, w, "pool"), ["N", width]),
      }[head]();
      return g.op("Gemm", [read, w([width, 3])]);
    },
    ["N", 3, 8, 12],
  );

const models = {
  token: transformer("token"),
  patches: transformer("patches"),
  query: transformer("query"),
};
const image = normal([1, 3, 8, 12], 1);

function mapsOf(
  method: Method,
  { graph, anatomy }: Classifier,
  images: Tensor,
  classes: readonly number[],
): Tensor {
  const plan = { methods: [asked(method)], layers: [], classes: classes.length } as const;
  const profile = { activation: "softmax", labels: [] } as const;
  const planned = planProgram(graph, anatomy, profile, { ...plan, score: "logit" }, "test.onnx");
  const count = images.dims[0]!;
  const chosen = classes.flatMap((index) => new Array<number>(count).fill(index));
  const dims = classes.length === 1 ? [count] : [classes.length, count];
  const feeds = { image: images, "sightline/classes": tensor("int64", chosen, dims) };
  return evaluate(planned.graph, feeds)[planned.maps[method.id]![0]!]!;
}

type Matrix = readonly (readonly number[])[];

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * b[i]![j]!, 0)));

/** The mean over heads of what `of` makes of each weight. */
function fused({ data, dims }: Tensor, of: (weight: number, at: number) => number): Matrix {
  const [, count, rows, columns] = dims as [number, number, number, number];
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => {
      const places = Array.from({ length: count }, (_, h) => (h * rows + i) * columns + j);
      return places.reduce((sum, at) => sum + of(data[at]!, at), 0) / count;
    }),
  );
}

/** The attention weights of a model, first layer first, that of the pooling last. */
function weightsOf({ graph }: Classifier, head: keyof typeof models): Record<string, Tensor> {
  const outputs = ["first", "second", ...(head === "query" ? ["pool"] : [])];
  return evaluate({ ...graph, outputs }, { image }) as Record<string, Tensor>;
}

/** The row that the head reads, out of a matrix of T rows; that of the learned query is told. */
function read(head: keyof typeof models, matrix: Matrix, query?: Matrix): readonly number[] {
  if (head === "query") return product(query!, matrix)[0]!;
  if (head === "token") return matrix[0]!;
  return matrix[0]!.map((_, j) => matrix.reduce((sum, row) => sum + row[j]! / matrix.length, 0));
}

const patchesOf = (head: keyof typeof models, row: readonly number[]) =>
  head === "patches" ? row : row.slice(1, -1);

test.each(["token", "patches", "query"] as const)(
  "attention rollout of a head that reads %s is its row of Ā₂·Ā₁",
  (head) => {
    const { first, second, pool } = weightsOf(models[head], head);
    const mixed = (weights: Tensor) =>
      fused(weights, (a) => a).map((row, i) => row.map((a, j) => (a + (i === j ? 1 : 0)) / 2));
    const query = pool && fused(pool, (a) => a);
    const expected = read(head, product(mixed(second!), mixed(first!)), query);
    const map = mapsOf(attentionRollout, models[head], image, [0]);
    expect(map.dims).toEqual([1, 2, 3]);
    close(map.data, patchesOf(head, expected), 1e-9, "map");
  },
);

/** ∂y/∂A by central differences. */
function slopes({ graph }: Classifier, name: string, weights: Tensor, index: number): number[] {
  const behind = prune(cut(graph, [name]));
  const score = (change: number, at: number) => {
    const data = weights.data.map((value, i) => (i === at ? value + change : value));
    const feeds = { [name]: { ...weights, data } as Tensor, image };
    return evaluate(behind, feeds)[graph.outputs[0]!]!.data[index]!;
  };
  return Array.from(weights.data, (_, at) => (score(1e-4, at) - score(-1e-4, at)) / 2e-4);
}

test.each(["token", "patches", "query"] as const)(
  "gradient attention rollout of a head that reads %s is its row of (I + Ā₂)·(I + Ā₁) − I",
  (head) => {
    const model = models[head];
    const positive = Object.entries(weightsOf(model, head)).map(([name, weights]) => {
      const slope = slopes(model, name, weights, 2);
      return fused(weights, (a, at) => Math.max(a * slope[at]!, 0));
    });
    const [first, second, query] = positive as [Matrix, Matrix, Matrix?];
    const unit = (matrix: Matrix, one: number) =>
      matrix.map((row, i) => row.map((a, j) => a + (i === j ? one : 0)));
    const all = product(unit(second, 1), unit(first, 1));
    const expected = read(head, query ? all : unit(all, -1), query);
    const map = mapsOf(gradientAttentionRollout, model, image, [2]);
    close(map.data, patchesOf(head, expected), 1e-7, "map");
    expect(Math.max(...map.data)).toBeGreaterThan(1e-3);
  },
);

test.each([
  ["attention rollout", attentionRollout],
  ["gradient attention rollout", gradientAttentionRollout],
])("%s of two classes and two images in one run is that of each alone", (_name, method) => {
  const images = normal([2, 3, 8, 12], 5);
  const half = images.data.length / 2;
  const alone = [2, 0].flatMap((index) =>
    [0, 1].flatMap((i) => {
      const one = tensor("float64", images.data.subarray(i * half, (i + 1) * half), image.dims);
      return [...mapsOf(method, models.query, one, [index]).data];
    }),
  );
  const together = mapsOf(method, models.query, images, [2, 0]);
  expect(together.dims).toEqual([2, 2, 2, 3]);
  close(together.data, alone, 1e-12, "maps");
});

const convolutional = classifier((g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, 3));
/** Each of two windows of 2×2 patches attends to itself. */
const windowed = classifier(
  (g, x, w) => {
    const map = g.op("Conv", [x, w([width, 3, 4, 4])], { strides: [4, 4] });
    const rows = g.op("Transpose", [map], { perm: [0, 2, 3, 1] });
    const apart = g.reshape(rows, ["N", 2, 2, 2, width]);
    const windows = g.op("Transpose", [apart], { perm: [0, 2, 1, 3, 4] });
    const tokens = g.reshape(windows, ["2*N", 4, width]);
    const keys = g.op("Transpose", [g.op("MatMul", [tokens, w([width, width])])], {
      perm: [0, 2, 1],
    });
    const scores = g.op("MatMul", [g.op("MatMul", [tokens, w([width, width])]), keys]);
    const weights = named(g, "windows", "Softmax", [scores], { axis: -1 });
    const mixed = g.reshape(g.op("MatMul", [weights, tokens]), ["N", 8, width]);
    return g.op("Gemm", [g.op("ReduceMean", [mixed, g.ints([1])], { keepdims: 0 }), w([width, 3])]);
  },
  ["N", 3, 8, 16],
);

test.each([
  ["without attention", convolutional, /has no softmax attention between places\. Use Grad-CAM/],
  ["of windows", windowed, /“windows” is not of all patches with all others/],
])("both refuse a network %s in one sentence", (_name, model, sentence) => {
  for (const method of [attentionRollout, gradientAttentionRollout]) {
    expect(method.refuses(model, "", {})).toMatch(sentence);
  }
});
