import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { findScore } from "../../../src/explain/model/score";
import { classifier, features, linearHead, named } from "../../helper/classifier";

const defaultLayer = ({ anatomy }: ReturnType<typeof classifier>) =>
  anatomy.layers.find((layer) => layer.default)?.name;

test("the default layer is the map after the activation, before global pooling", () => {
  const model = classifier((g, x, w) =>
    linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3),
  );
  expect(defaultLayer(model)).toBe("b");
  expect(model.anatomy.layers.map(({ name }) => name)).toEqual(["a/conv", "a", "b/conv", "b"]);
  expect(model.anatomy.layers.at(-1)).toMatchObject({
    op: "Relu",
    channels: 6,
    height: 4,
    width: 4,
  });
  expect(model.anatomy.layerReason).toMatch(
    /6 channels of 4×4, made by Relu, read by GlobalAveragePool/,
  );
});

test("pooling before the classifier is stepped over, as in VGG", () => {
  const model = classifier((g, x, w) => {
    const pooled = g.op("MaxPool", [features(g, x, w, 4, "a")], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    return named(g, "logits", "Gemm", [g.op("Flatten", [pooled]), w([64, 3])]);
  });
  expect(defaultLayer(model)).toBe("a");
  expect(model.anatomy.layerReason).toMatch(/read by MaxPool/);
});

test("generalized-mean pooling is stepped over, but a square is an activation", () => {
  const powered = (exponent: number) =>
    classifier((g, x, w) => {
      const map = features(g, x, w, 4, "a");
      const positive = named(g, "positive", "Clip", [map, g.scalar(1e-6, map)]);
      const power = named(g, "power", "Pow", [positive, g.scalar(exponent, map)]);
      return linearHead(g, power, w, 3);
    });
  expect(defaultLayer(powered(3))).toBe("a");
  expect(powered(3).anatomy.layerReason).toMatch(/made by Relu, read by Pow/);
  expect(defaultLayer(powered(2))).toBe("power");
});

test("a model without rows and columns has no default layer and says so", () => {
  const { anatomy } = classifier((g, x, w) =>
    named(g, "logits", "Gemm", [g.op("Flatten", [x]), w([768, 3])]),
  );
  expect(anatomy.layers).toEqual([]);
  expect(anatomy.layerReason).toMatch(/rows and columns/);
  expect(anatomy.camHead).toMatch(/no spatial map/);
});

test("squeeze-and-excitation gates are no layers, and lie on no way to the default", () => {
  const model = classifier((g, x, w) => {
    const map = features(g, x, w, 4, "a");
    const gate = named(g, "gate", "Sigmoid", [
      g.op("Conv", [g.op("GlobalAveragePool", [map]), w([4, 4, 1, 1])]),
    ]);
    return linearHead(g, named(g, "gated", "Mul", [map, gate]), w, 3);
  });
  expect(defaultLayer(model)).toBe("gated");
  expect(model.anatomy.layers.some(({ name }) => name === "gate")).toBe(false);
});

test("a channel-last map knows its rows, columns and channels", () => {
  const { anatomy } = classifier(
    (g, x, w) => {
      const first = g.op("Transpose", [x], { perm: [0, 3, 1, 2] });
      const map = named(g, "map", "Transpose", [features(g, first, w, 5, "a")], {
        perm: [0, 2, 3, 1],
      });
      const pooled = g.op("ReduceMean", [map, g.ints([1, 2])], { keepdims: 0 });
      return named(g, "logits", "MatMul", [pooled, w([5, 3])]);
    },
    ["N", 16, 12, 3],
  );
  expect(anatomy.input).toMatchObject({ layout: "NHWC", channels: 3, height: 16, width: 12 });
  expect(anatomy.layers.at(-1)).toMatchObject({ name: "map", channels: 5, height: 8, width: 6 });
});

const heads: [claim: string, build: Parameters<typeof classifier>[0], expected: unknown][] = [
  [
    "Gemm behind global average pooling",
    (g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, 3),
    { layer: "a", weights: { name: "weight1", transposed: false } },
  ],
  [
    "ReduceMean and MatMul + Add",
    (g, x, w) => {
      const pooled = g.op("ReduceMean", [features(g, x, w, 4, "a"), g.ints([-1, -2])], {
        keepdims: 0,
      });
      return g.op("Add", [g.op("MatMul", [pooled, w([4, 3])]), w([3])]);
    },
    { layer: "a", weights: { name: "weight1", transposed: true } },
  ],
  [
    "a 1×1 convolution as classifier",
    (g, x, w) => {
      const pooled = g.op("GlobalAveragePool", [features(g, x, w, 4, "a")]);
      return g.op("Flatten", [g.op("Conv", [pooled, w([3, 4, 1, 1]), w([3])])]);
    },
    { layer: "a", weights: { name: "weight1", transposed: false } },
  ],
  [
    "a classifier convolution before the pooling, as in SqueezeNet",
    (g, x, w) => g.op("Flatten", [g.op("GlobalAveragePool", [features(g, x, w, 3, "a")])]),
    { layer: "a" },
  ],
  [
    "average pooling over the whole map is global",
    (g, x, w) => {
      const pooled = g.op("AveragePool", [features(g, x, w, 4, "a")], { kernel_shape: [8, 8] });
      return g.op("Gemm", [g.op("Flatten", [pooled]), w([4, 3])]);
    },
    { layer: "a", weights: { name: "weight1", transposed: true } },
  ],
  [
    "average pooling over the map and a border is not global",
    (g, x, w) => {
      const attributes = { kernel_shape: [8, 8], pads: [1, 1, 1, 1], strides: [8, 8] };
      const pooled = g.op("AveragePool", [features(g, x, w, 4, "a")], attributes);
      return g.op("Gemm", [g.op("Flatten", [pooled]), w([4, 3])]);
    },
    /stands AveragePool/,
  ],
  [
    "an average of the map and tokens beside it is not global",
    (g, x, w) => {
      const rows = g.reshape(features(g, x, w, 4, "a"), ["N", 4, 64]);
      const most = g.op("ReduceMax", [rows, g.ints([2])]);
      const all = named(g, "tokens", "Relu", [g.op("Concat", [most, rows], { axis: 2 })]);
      const pooled = g.op("ReduceMean", [all, g.ints([2])], { keepdims: 0 });
      return g.op("MatMul", [pooled, w([4, 3])]);
    },
    /^Between the last map \(“tokens”\) and the linear layer stands ReduceMean/,
  ],
  [
    "a convolution in groups is no linear layer",
    (g, x, w) => {
      const pooled = g.op("GlobalAveragePool", [features(g, x, w, 4, "a")]);
      return g.op("Flatten", [g.op("Conv", [pooled, w([4, 2, 1, 1])], { group: 2 })]);
    },
    /^The logit is made by Conv, not by a linear layer\.$/,
  ],
  [
    "a multiple of the weights is not the weights",
    (g, x, w) => {
      const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [features(g, x, w, 4, "a")])]);
      return g.op("Gemm", [pooled, w([4, 3])], { alpha: 2 });
    },
    /^The logit is made by Gemm, not by a linear layer\.$/,
  ],
  [
    "several biases and steps that move nothing",
    (g, x, w) => {
      let map = features(g, x, w, 4, "a");
      for (let i = 0; i < 20_000; i++) map = g.op("Identity", [map]);
      let sum = g.op("MatMul", [g.op("Flatten", [g.op("GlobalAveragePool", [map])]), w([4, 3])]);
      const bias = w([3]);
      for (let i = 0; i < 2; i++) sum = g.op("Add", [bias, sum]);
      return sum;
    },
    { layer: "a", weights: { name: "weight1", transposed: true } },
  ],
  [
    "two linear layers are no CAM head",
    (g, x, w) => {
      const hidden = g.op("Relu", [linearHead(g, features(g, x, w, 4, "a"), w, 5)]);
      return g.op("Gemm", [hidden, w([5, 3])]);
    },
    /stands Relu/,
  ],
  [
    "average pooling over a part of the map is not global",
    (g, x, w) => {
      const pooled = g.op("AveragePool", [features(g, x, w, 4, "a")], {
        kernel_shape: [4, 4],
        strides: [4, 4],
      });
      return g.op("Gemm", [g.op("Flatten", [pooled]), w([16, 3])]);
    },
    /stands AveragePool/,
  ],
  [
    "weights made of parameters alone",
    (g, x, w) => {
      const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [features(g, x, w, 4, "a")])]);
      const weights = named(g, "halved", "Mul", [w([4, 3]), w([4, 1])]);
      return g.op("MatMul", [pooled, weights]);
    },
    { layer: "a", weights: { name: "halved", transposed: true } },
  ],
  [
    "a product of two activations is no linear layer",
    (g, x, w) => {
      const pooled = g.op("ReduceMean", [features(g, x, w, 4, "a"), g.ints([2, 3])], {
        keepdims: 0,
      });
      const mixing = g.op("ReduceMean", [g.op("MatMul", [x, w([16, 3])]), g.ints([0, 1])], {
        keepdims: 0,
      });
      return g.op("MatMul", [pooled, g.op("Slice", [mixing, g.ints([0]), g.ints([4])])]);
    },
    /^The logit is made by MatMul, not by a linear layer\.$/,
  ],
  [
    "a bias that depends on the image is no linear layer's",
    (g, x, w) => {
      const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [features(g, x, w, 4, "a")])]);
      const colour = g.op("Flatten", [g.op("GlobalAveragePool", [x])]);
      return g.op("Gemm", [pooled, w([4, 3]), colour]);
    },
    /^The logit is made by Gemm, not by a linear layer\.$/,
  ],
  [
    "a last map that the logit reads in two ways is no CAM head",
    (g, x, w) => {
      const map = features(g, x, w, 4, "a");
      const most = g.op("Flatten", [g.op("GlobalMaxPool", [map])]);
      const logits = linearHead(g, map, w, 4);
      return g.op("Add", [logits, most]);
    },
    /^The logit is made by Add, not by a linear layer\.$/,
  ],
  [
    "max pooling is no CAM head",
    (g, x, w) =>
      g.op("Gemm", [
        g.op("Flatten", [g.op("GlobalMaxPool", [features(g, x, w, 4, "a")])]),
        w([4, 3]),
      ]),
    /stands GlobalMaxPool/,
  ],
];

for (const [claim, build, expected] of heads) {
  test(`CAM head: ${claim}`, () => {
    const { camHead } = classifier(build).anatomy;
    if (expected instanceof RegExp) expect(camHead).toMatch(expected);
    else expect(camHead).toEqual(expected);
  });
}

test("CAM head: readers of the last map that lead to another output do not count", () => {
  const { graph, anatomy } = classifier((g, x, w) => {
    const map = features(g, x, w, 4, "a");
    named(g, "auxiliary", "Flatten", [g.op("GlobalMaxPool", [map])]);
    return linearHead(g, map, w, 3);
  });
  const twoHeads = { ...graph, outputs: [...graph.outputs, "auxiliary"] };
  const input = findImageInput(twoHeads, "m.onnx");
  expect(findAnatomy(twoHeads, input, "m.onnx").camHead).toEqual(anatomy.camHead);
  expect(anatomy.camHead).toMatchObject({ layer: "a" });
});

test("a 4-D softmax output, as SqueezeNet's, is a classification output", () => {
  const { anatomy } = classifier((g, x, w) =>
    g.op("Softmax", [g.op("GlobalAveragePool", [features(g, x, w, 3, "a")])], { axis: 1 }),
  );
  expect(anatomy.score).toMatchObject({ tail: "softmax", classes: 3 });
});

const shapes: [shape: string, wrap: (g: Builder, logits: string) => string][] = [
  ["[N,1,1,K]", (g, y) => g.reshape(y, ["N", 1, 1, 3])],
  ["[N,K,1,1]", (g, y) => g.reshape(y, ["N", 3, 1, 1])],
  ["[N,1,K]", (g, y) => g.reshape(y, ["N", 1, 3])],
];

for (const [shape, wrap] of shapes) {
  test(`an output shaped ${shape} is a classification output`, () => {
    const { anatomy } = classifier((g, x, w) =>
      g.op("Softmax", [wrap(g, linearHead(g, features(g, x, w, 4, "a"), w, 3))], {
        axis: shape === "[N,K,1,1]" ? 1 : -1,
      }),
    );
    expect(anatomy.score).toMatchObject({ tail: "softmax", classes: 3 });
  });
}

test("labels and ranks beside the scores are no scores", () => {
  const { graph } = classifier((g, x, w) => {
    const logits = linearHead(g, features(g, x, w, 4, "a"), w, 3);
    named(g, "label", "ArgMax", [logits], { axis: 1, keepdims: 1 });
    return logits;
  });
  const several = { ...graph, outputs: ["label", "logits"] };
  expect(findScore(several, "m.onnx").output).toBe("logits");
});

test("of several outputs the first shaped [N,K] is taken, or the one asked for", () => {
  const { graph } = classifier((g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, 3));
  const several = { ...graph, outputs: ["a", "logits", "a/conv"] };
  expect(findScore(several, "m.onnx")).toMatchObject({
    output: "logits",
    reason: expect.stringContaining("first output shaped [N,K]"),
  });
  expect(findScore(several, "m.onnx", "logits").reason).toMatch(/asked for/);
  expect(() => findScore(several, "m.onnx", "a")).toThrow(/m\.onnx: output “a” is not shaped/);
  expect(() => findScore(several, "m.onnx", "nothing")).toThrow(/no output “nothing”/);
  expect(() => findScore({ ...graph, outputs: ["a"] }, "m.onnx")).toThrow(
    /no output is shaped \[N,K\]/,
  );
});

test("an image of 64-bit integers is refused by its type", () => {
  const g = new Builder();
  g.input("x", "int64", ["N", 3, 32, 32]);
  expect(() => findImageInput(g.finish(["x"]), "m.onnx")).toThrow(
    /no input is shaped like an image, .* of floats or 8-bit integers .*x int64 \[N,3,32,32\]/,
  );
});

test("a model without an image-shaped input is refused in one sentence", () => {
  const g = new Builder();
  g.input("tokens", "int64", ["N", 128]);
  expect(() => findImageInput(g.finish(["tokens"]), "bert.onnx")).toThrow(
    /^bert\.onnx: no input is shaped like an image.*tokens int64 \[N,128\].*choose an image classifier\.$/,
  );
});
