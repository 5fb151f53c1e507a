import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { fullGrad } from "../../../src/explain/method/fullGrad";
import { biasesBetween } from "../../../src/explain/method/helper/biases";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { mapsOf } from "../../helper/methodMaps";
import { normal, uniform } from "../../helper/random";

/** ∂y/∂x·x + Σ ∂y/∂z·b over every bias, for y = the sum of all logits, and y. */
function completeness({ graph, anatomy }: Classifier, image: ReturnType<typeof normal>) {
  const g = Builder.extend(graph);
  const { logit } = anatomy.score;
  const biases = biasesBetween(g, "image", logit);
  const ones = g.op("Expand", [g.scalar(1, logit), g.op("Shape", [logit])]);
  const wrt = ["image", ...biases.map(({ value }) => value)];
  const cotangents = gradient(g, { of: logit, wrt, seed: ones });
  const summands = ["image", ...biases.map(({ bias }) => bias)];
  const terms = cotangents.map((dy, i) =>
    g.op("ReduceSum", [g.op("Mul", [dy!, summands[i]!])], { keepdims: 0 }),
  );
  const y = g.op("ReduceSum", [logit], { keepdims: 0 });
  const results = evaluate(g.finish([y, ...terms]), { image });
  const numberOf = (name: string) => results[name]!.data[0]!;
  return {
    biases: biases.map(({ value }) => value),
    score: numberOf(y),
    sum: terms.map(numberOf).reduce((a, b) => a + b, 0),
  };
}

const nets: Readonly<Record<string, Classifier>> = {
  "convolutions with biases and a linear layer": classifier((g, x, w) => {
    const conv = named(g, "conv", "Conv", [x, w([4, 3, 3, 3]), w([4])], { pads: [1, 1, 1, 1] });
    return linearHead(g, named(g, "map", "Relu", [conv]), w, 3);
  }),
  BatchNormalization: classifier((g, x, w) => {
    const conv = named(g, "conv", "Conv", [x, w([4, 3, 3, 3])], { pads: [1, 1, 1, 1] });
    const variance = g.parameter("variance", { ...uniform([4], 3), type: "float64" });
    const inputs = [conv, w([4]), w([4]), w([4]), variance];
    const map = named(g, "map", "Relu", [named(g, "norm", "BatchNormalization", inputs)]);
    return linearHead(g, map, w, 3);
  }),
  "biases added by nodes of their own": classifier((g, x, w) => {
    const conv = named(g, "conv", "Conv", [x, w([4, 3, 3, 3])], { strides: [2, 2] });
    const map = g.op("Relu", [named(g, "biased", "Add", [w([4, 1, 1]), conv])]);
    const flat = g.op("ReduceMean", [map, g.ints([2, 3])], { keepdims: 0 });
    return named(g, "logits", "Add", [g.op("MatMul", [flat, w([4, 3])]), w([3])]);
  }),
};

describe.each(Object.entries(nets))("with %s", (_name, net) => {
  test("gradient times input and gradients times biases sum to the score", () => {
    const { biases, score, sum } = completeness(net, normal([1, 3, 16, 16], 1));
    close([sum], [score], 1e-9, "sum");
    expect(biases).toHaveLength(2);
  });
});

test("a constant that is no bias of a layer, as in an activation, is none", () => {
  const net = classifier((g, x, w) => {
    const map = features(g, x, w, 4, "a");
    return linearHead(g, g.op("Add", [map, g.scalar(3, map)]), w, 3);
  });
  expect(
    biasesBetween(Builder.extend(net.graph), "image", "logits").map(({ value }) => value),
  ).toEqual(["logits"]);
});

/** y_0 = Σ weights·(2x + bias), one channel. */
const linear = (weights: number[], bias: number) =>
  classifier(
    (g, x) => {
      const two = g.parameter("two", tensor("float64", [2], [1, 1, 1, 1]));
      const conv = named(g, "conv", "Conv", [
        x,
        two,
        g.parameter("bias", tensor("float64", [bias])),
      ]);
      const rows = tensor("float64", [...weights, ...weights.map(() => 0)], [2, weights.length]);
      return g.op("Gemm", [g.op("Flatten", [conv]), g.parameter("rows", rows)], { transB: 1 });
    },
    ["N", 1, 2, 2],
  );

test("fullGrad rescales what it adds: the input times its gradient, and each channel's bias", () => {
  const image = tensor("float64", [1, -1, 2, 0], [1, 1, 2, 2]);
  const map = mapsOf(linear([1, 2, -3, 4], 0.5), fullGrad, image, { layer: "conv" });
  expect(map.dims).toEqual([1, 2, 2]);
  // |x·∂y/∂x| = 2, 4, 12, 0 and |bias·∂y/∂z| = 0.5, 1, 1.5, 2.
  close(map.data, [2 / 12, 4 / 12 + 1 / 3, 1 + 2 / 3, 1], 1e-6, "map");
});

test("what is the same in every place adds nothing", () => {
  const image = tensor("float64", [1, -1, 1, 1], [1, 1, 2, 2]);
  const map = mapsOf(linear([3, 3, 3, 3], 0.5), fullGrad, image, { layer: "conv" });
  close(map.data, [0, 0, 0, 0], 1e-12, "map");
});

/** y_0 = Σ weights·(2x + bias) over two rows and columns, of 4 × 4, from the given ones on. */
const cropped = (weights: number[], bias: number, [top, left]: readonly [number, number]) =>
  classifier(
    (g, x) => {
      const bounds = [
        [top, left],
        [top + 2, left + 2],
        [2, 3],
      ].map((list) => g.ints(list));
      const two = g.parameter("two", tensor("float64", [2], [1, 1, 1, 1]));
      const biases = g.parameter("bias", tensor("float64", [bias]));
      const conv = named(g, "conv", "Conv", [g.op("Slice", [x, ...bounds]), two, biases]);
      const rows = tensor("float64", [...weights, ...weights.map(() => 0)], [2, 4]);
      return g.op("Gemm", [g.op("Flatten", [conv]), g.parameter("rows", rows)], { transB: 1 });
    },
    ["N", 1, 4, 4],
  );

test.each([[[0, 0]], [[2, 2]], [[0, 2]], [[1, 1]]] as const)(
  "a layer that sees a part of the image, from row and column %j on, adds nothing beside it",
  ([top, left]) => {
    const image = tensor("float64", new Float64Array(16).fill(1), [1, 1, 4, 4]);
    const map = mapsOf(cropped([1, 2, -3, 4], 0.5, [top, left]), fullGrad, image, {
      layer: "conv",
    });
    // |x·∂y/∂x| = 2, 4, 6, 8 inside and 0 elsewhere; |bias·∂y/∂z| = 0.5, 1, 1.5, 2 inside.
    const wanted = new Float64Array(16);
    [2 / 8, 4 / 8 + 1 / 3, 6 / 8 + 2 / 3, 2].forEach((value, i) => {
      wanted[(top + (i >> 1)) * 4 + left + (i & 1)] = value;
    });
    close(map.data, wanted, 1e-6, "map");
  },
);

const deep = classifier(
  (g, x, w) => {
    const first = named(g, "first", "Conv", [x, w([4, 3, 3, 3]), w([4])], { strides: [2, 2] });
    const second = [g.op("Relu", [first]), w([5, 4, 3, 3]), w([5])];
    return linearHead(g, g.op("Relu", [named(g, "second", "Conv", second)]), w, 3);
  },
  ["N", 3, 17, 13],
);

test("fullGrad of several classes and images is that of each", () => {
  const images = normal([2, 3, 17, 13], 1);
  const together = mapsOf(deep, fullGrad, images, { classes: [2, 0] });
  expect(together.dims).toEqual([2, 2, 17, 13]);
  const half = images.data.length / 2;
  const single = [2, 0].flatMap((index) =>
    [0, 1].flatMap((i) => {
      const image = tensor(
        "float64",
        images.data.subarray(i * half, (i + 1) * half),
        [1, 3, 17, 13],
      );
      return [...mapsOf(deep, fullGrad, image, { classes: [index] }).data];
    }),
  );
  close(together.data, single, 1e-9, "maps");
});

test("fullGrad of a model that has channels last is that of the same model", () => {
  const image = normal([1, 3, 8, 6], 1);
  const last = Float64Array.from(
    { length: 144 },
    (_, i) => image.data[(i % 3) * 48 + Math.floor(i / 3)]!,
  );
  const model = (dims: string[] | (string | number)[], isLast: boolean) =>
    classifier((g, x, w) => {
      const first = isLast ? g.op("Transpose", [x], { perm: [0, 3, 1, 2] }) : x;
      const map = g.op("Relu", [g.op("Conv", [first, w([4, 3, 3, 3]), w([4])])]);
      return linearHead(g, map, w, 2);
    }, dims);
  const one = mapsOf(model(["N", 3, 8, 6], false), fullGrad, image);
  const other = mapsOf(
    model(["N", 8, 6, 3], true),
    fullGrad,
    tensor("float64", last, [1, 8, 6, 3]),
  );
  close(other.data, one.data, 1e-9, "map");
});
