import { expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import type { Attributes, Dim } from "../../../src/explain/graph/graph";
import { floats, graphOf, operatorsOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { exactlySimplified } from "../../helper/simplify";

/** A value that looks like one that a shortcut is for; taken there, it would be another. */
type Row = readonly [what: string, dims: readonly Dim[], build: (g: Builder, x: string) => string];

/** The value is read: where a graph gives it as an output, its node stays in any case. */
const read = (dims: readonly Dim[], build: Row[2]) =>
  graphOf(dims, (g, x) => g.op("Neg", [build(g, x)]));

const scaledBack = (factors: number[]): Row[2] => {
  return (g, x) => {
    const c = floats(g, factors);
    return g.op("Div", [g.op("Mul", [x, c]), c]);
  };
};

const scaling: Row[] = [
  ["x · 0 / 0", [2, 3], scaledBack([1, 0, 2])],
  ["x · ∞ / ∞", [2, 3], scaledBack([1, Infinity, 2])],
  ["x · NaN / NaN", [2, 3], scaledBack([1, NaN, 2])],
  [
    "x · c / c where c may be 0, as only a run tells",
    [2, 3],
    (g, x) => {
      const c = g.op("Relu", [x]);
      return g.op("Div", [g.op("Mul", [x, c]), c]);
    },
  ],
  [
    "x · b / c",
    [2, 3],
    (g, x) => g.op("Div", [g.op("Mul", [x, floats(g, [1, 2, 3])]), floats(g, [1, 2, 4])]),
  ],
  [
    "(x + c) / c",
    [2, 3],
    (g, x) => g.op("Div", [g.op("Add", [x, floats(g, [1, 2, 4])]), floats(g, [1, 2, 4])]),
  ],
  [
    "x · c / c where c is larger than x",
    [1, 3],
    (g, x) => {
      const c = floats(g, [1, 2, 4, 1, 2, 4], [2, 3]);
      return g.op("Div", [g.op("Mul", [x, c]), c]);
    },
  ],
];

const shapes: Row[] = [
  [
    "two changes of shape, in the end with two sizes open",
    ["N", "M", 4],
    (g, x) => g.op("Reshape", [g.op("Unsqueeze", [x, g.ints([2])]), g.ints([0, 0, 2, 2])]),
  ],
  [
    "two changes of shape, in the end with a size open beside one of 0",
    ["N", 0, 3],
    (g, x) => g.op("Flatten", [g.op("Unsqueeze", [x, g.ints([1])])]),
  ],
  [
    "pooling over more than one cell that keeps the size",
    [1, 2, 3, 3],
    (g, x) => g.op("MaxPool", [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  ],
  [
    "pooling of which only the places of the maxima are read",
    [1, 2, 3, 3],
    (g, x) => {
      const attributes = { kernel_shape: [1, 1] };
      const outputs = ["", "places"];
      g.append({ op: "MaxPool", name: "pool", inputs: [x], outputs, attributes });
      return "places";
    },
  ],
  ["an operand that was repeated, not expanded", [1, 3], (g, x) => repeated(g, x, "Tile")],
];

function repeated(g: Builder, x: string, op: string): string {
  const twice = g.op(op, [g.op("Concat", [x, x], { axis: 1 }), g.ints([2, 1])]);
  return g.op("Mul", [twice, floats(g, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 6])]);
}

/** The mean over `axes` of x after it was expanded to `to`. */
function meanOf(to: number[], axes: number[], keepdims = 0): Row[2] {
  return (g, x) =>
    g.op("ReduceMean", [g.op("Expand", [x, g.ints(to)]), g.ints(axes)], { keepdims });
}

const means: Row[] = [
  ["a mean over the rows, the columns being copies", [3, 1], meanOf([3, 3], [0])],
  ["a mean over the columns, the rows being copies", [1, 3], meanOf([3, 3], [1])],
  ["a mean over the columns, the rows being copies of all there was", [3], meanOf([3, 3], [1])],
  ["a mean over the rows that leaves one", [3, 1], meanOf([3, 3], [0], 1)],
  [
    "a mean over one place of what is no copy",
    [2, 3, 1],
    (g, x) => g.op("ReduceMean", [g.op("Exp", [x]), g.ints([2])], { keepdims: 0 }),
  ],
  ["a mean over copies and more", [2, 3, 1], meanOf([2, 3, 3], [1, 2])],
  [
    "a mean over copies that leaves two sizes open",
    ["N", "M", 1, 1],
    (g, x) => {
      const wide = g.op("Expand", [x, g.ints([1, 1, 3, 3])]);
      return g.op("ReduceMean", [wide, g.ints([2, 3])], { keepdims: 0 });
    },
  ],
];

/** A convolution's input gradient [1,4,3,3], of x as its cotangent [1,4,3,3]. */
function inputGrad(g: Builder, dy: string, attributes: Attributes = {}): string {
  const { group = 1 } = attributes;
  const kernels = g.parameter("kernels", normal([4, 4 / (group as number), 1, 1], 3, "float32"));
  return g.op("ConvInputGrad", [dy, kernels], { shape: [3, 3], ...attributes });
}

function sliced(g: Builder, value: string, starts: number[], ends: number[], axes: number[]) {
  return g.op("Slice", [value, g.ints(starts), g.ints(ends), g.ints(axes)]);
}

function doubled(g: Builder, x: string): string {
  return g.op("Concat", [x, g.op("Neg", [x])], { axis: 1 });
}

const dy = [1, 4, 3, 3];
const parts: Row[] = [
  ["channels counted from the end", dy, (g, x) => sliced(g, inputGrad(g, x), [-2], [9], [1])],
  ["channels of groups", dy, (g, x) => sliced(g, inputGrad(g, x, { group: 2 }), [0], [1], [1])],
  ["channels and rows", dy, (g, x) => sliced(g, inputGrad(g, x), [0, 1], [2, 3], [1, 2])],
  ["rows", dy, (g, x) => sliced(g, inputGrad(g, x), [1], [3], [2])],
  [
    "as many channels as only a run tells",
    dy,
    (g, x) => {
      const one = g.op("Ceil", [g.op("Sigmoid", [g.op("ReduceMax", [x], { keepdims: 0 })])]);
      const end = g.reshape(g.op("Cast", [one], { to: "int64" }), [1]);
      return g.op("Slice", [inputGrad(g, x), g.ints([0]), end, g.ints([1])]);
    },
  ],
  ["less than a part of a Concat", dy, (g, x) => sliced(g, doubled(g, x), [0], [3], [1])],
  ["more than a part of a Concat", dy, (g, x) => sliced(g, doubled(g, x), [0], [5], [1])],
  ["a part of a Concat and some before", dy, (g, x) => sliced(g, doubled(g, x), [3], [8], [1])],
  ["some of two parts of a Concat", dy, (g, x) => sliced(g, doubled(g, x), [1], [5], [1])],
  [
    "channels of a Concat of rows",
    dy,
    (g, x) => sliced(g, g.op("Concat", [x, g.op("Neg", [x])], { axis: 2 }), [1], [3], [1]),
  ],
  [
    "images, behind a class axis, of maxima",
    [2, 2, 4, 4],
    (g, x) => {
      const cotangents = g.constant(normal([3, 2, 2, 2, 2], 4, "float32"));
      const dx = g.op("MaxPoolGrad", [x, cotangents], { kernel_shape: [2, 2], strides: [2, 2] });
      return sliced(g, dx, [0], [1], [1]);
    },
  ],
];

/** ClipGrad, by `y`, of the gradient of MaxPool at x. */
function clippedMaxima(y: (g: Builder, x: string) => string, own: Attributes = {}): Row[2] {
  return (g, x) => {
    const cotangent = g.constant(normal([1, 2, 4, 4], 5, "float32"));
    const window = { kernel_shape: [2, 2], strides: [2, 2], ...own };
    const dx = g.op("MaxPoolGrad", [x, cotangent], window);
    return g.op("ClipGrad", [y(g, x), dx], { low: 0.5, high: 1.5 });
  };
}

const image = [1, 2, 8, 8];
const maxima: Row[] = [
  [
    "bounds of something else than what was pooled",
    image,
    clippedMaxima((g, x) => g.op("Neg", [x])),
  ],
  [
    "bounds of maxima that have narrower ones",
    image,
    clippedMaxima((_, x) => x, { low: 0.8, high: 1.2 }),
  ],
  ["bounds of maxima that have wider ones", image, clippedMaxima((_, x) => x, { low: 0, high: 3 })],
];

/** The input gradient of x [1,4,3,3] times factors of the given shape. */
function scaledCotangent(dims: number[]): Row[2] {
  return (g, x) => inputGrad(g, g.op("Mul", [x, floats(g, [1, 2, 4, 8].slice(0, dims[0]), dims)]));
}

const kernels: Row[] = [
  [
    "factors of rows, not of channels",
    dy,
    (g, x) => inputGrad(g, g.op("Mul", [x, floats(g, [1, 2, 4], [3, 1])])),
  ],
  [
    "sums, not products, of channels",
    dy,
    (g, x) => inputGrad(g, g.op("Add", [x, floats(g, [1, 2, 4, 8], [4, 1, 1])])),
  ],
  ["factors that give the cotangent its channels", [1, 1, 3, 3], scaledCotangent([4, 1, 1])],
  [
    "factors of what becomes channels by another shape",
    [2, 4, 1, 2],
    (g, x) => {
      const scaled = g.op("Mul", [x, floats(g, [1, 2, 4, 8], [4, 1, 1])]);
      return inputGrad(g, g.reshape(scaled, [1, 4, 2, 2]), { shape: [2, 2] });
    },
  ],
];

test.each([...scaling, ...shapes, ...means, ...parts, ...maxima, ...kernels])(
  "no shortcut changes %s",
  (_, dims, build) => {
    exactlySimplified(read(dims, build));
  },
);

/** Graphs in which a shortcut would compute the same, at every run anew instead of once. */
const dearer: Row[] = [
  [
    "factors that the input has a part in",
    dy,
    (g, x) => {
      const mean = g.op("ReduceMean", [x, g.ints([0, 2, 3])], { keepdims: 0 });
      return inputGrad(g, g.op("Mul", [x, g.reshape(mean, [4, 1, 1])]));
    },
  ],
  [
    "kernels that the input has a part in",
    dy,
    (g, x) => {
      const own = g.op("Slice", [
        g.reshape(x, [4, 9, 1, 1]),
        g.ints([0]),
        g.ints([4]),
        g.ints([1]),
      ]);
      const scaled = g.op("Mul", [x, floats(g, [1, 2, 4, 8], [4, 1, 1])]);
      return g.op("ConvInputGrad", [scaled, own], { shape: [3, 3] });
    },
  ],
  [
    "channels of kernels that the input has a part in",
    dy,
    (g, x) => {
      const own = g.op("Neg", [g.reshape(x, [4, 9, 1, 1])]);
      return sliced(g, g.op("ConvInputGrad", [x, own], { shape: [3, 3] }), [0], [2], [1]);
    },
  ],
];

test.each(dearer)("no shortcut is taken for %s", (_, dims, build) => {
  const graph = read(dims, build);
  expect(operatorsOf(exactlySimplified(graph))).toEqual(operatorsOf(graph));
});
