import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import type { Attributes, Dim } from "../../../src/explain/graph/graph";

/** The shape that one operator makes of values of these shapes. */
function shapeOf(op: string, dims: readonly (readonly Dim[])[], attributes: Attributes = {}) {
  const g = new Builder("test");
  const inputs = dims.map((each, i) => g.input(`x${i}`, "float32", each));
  return g.dims(g.op(op, inputs, attributes));
}

describe("sizes that are only names", () => {
  const image: Dim[] = ["N", 3, "H", "W"];

  test("stay when a window changes nothing", () => {
    const dims = shapeOf("Conv", [image, [8, 3, 3, 3]], { pads: [1, 1, 1, 1] });
    expect(dims).toEqual(["N", 8, "H", "W"]);
  });

  test("are equal for windows that count equally", () => {
    const strides = [2, 2];
    const wide = shapeOf("Conv", [image, [8, 3, 3, 3]], { strides, pads: [1, 1, 1, 1] });
    const narrow = shapeOf("Conv", [image, [8, 3, 1, 1]], { strides });
    const same = shapeOf("Conv", [image, [8, 3, 3, 3]], { strides, auto_pad: "SAME_UPPER" });
    expect(wide).toEqual(["N", 8, "floor((H-1)/2)+1", "floor((W-1)/2)+1"]);
    expect(narrow).toEqual(wide);
    expect(same).toEqual(wide);
  });

  test("grow with the stride of a transposed convolution", () => {
    const filter = [3, 2, 2, 3];
    const dims = shapeOf("ConvTranspose", [image, filter], { strides: [2, 2] });
    expect(dims).toEqual(["N", 2, "2*H", "2·W+1"]);
  });

  test("need not be known for global pooling", () => {
    expect(shapeOf("GlobalAveragePool", [image])).toEqual(["N", 3, 1, 1]);
  });
});

describe("refuses, naming the node,", () => {
  const cases: readonly [string, RegExp, () => unknown][] = [
    [
      "a window larger than the image",
      /Conv_0.*a window of 5 does not fit into \[4,4\]/,
      () =>
        shapeOf("Conv", [
          [1, 1, 4, 4],
          [1, 1, 5, 5],
        ]),
    ],
    [
      "filters for another number of channels",
      /Conv_0.*with 1 groups has filters \[1,2,3,3\] for 3 channels/,
      () =>
        shapeOf("Conv", [
          [1, 3, 4, 4],
          [1, 2, 3, 3],
        ]),
    ],
    [
      "filters that do not split into the groups",
      /Conv_0.*with 2 groups has filters \[3,2,1,1\]/,
      () =>
        shapeOf(
          "Conv",
          [
            [1, 4, 4, 4],
            [3, 2, 1, 1],
          ],
          { group: 2 },
        ),
    ],
    [
      "a kernel_shape that the filters contradict",
      /kernel_shape \[3,3\]/,
      () =>
        shapeOf(
          "Conv",
          [
            [1, 1, 4, 4],
            [1, 1, 2, 2],
          ],
          { kernel_shape: [3, 3] },
        ),
    ],
    [
      "strides for another number of axes",
      /window of 2\/1\/2\/2 axes/,
      () =>
        shapeOf(
          "Conv",
          [
            [1, 1, 4, 4],
            [1, 1, 2, 2],
          ],
          { strides: [2] },
        ),
    ],
    [
      "the gradient of a window over sizes that are only names",
      /gradient of MaxPool needs its spatial sizes as numbers, but they are \[H,4\]/,
      () => {
        const g = new Builder("test");
        const x = g.input("x", "float32", [1, 1, "H", 4]);
        const y = g.op("MaxPool", [x], { kernel_shape: [2, 2] });
        return gradient(g, { of: y, wrt: [x], seed: y });
      },
    ],
    [
      "BatchNormalization in training mode",
      /training mode/,
      () => shapeOf("BatchNormalization", [[1, 2], [2], [2], [2], [2]], { training_mode: 1 }),
    ],
    [
      "matrices that do not fit",
      /\[2,3\] and \[4,5\] cannot be multiplied/,
      () =>
        shapeOf("MatMul", [
          [2, 3],
          [4, 5],
        ]),
    ],
    [
      "operands of Gemm that do not fit",
      /\[3,2\] and \[3,5\] cannot be multiplied/,
      () =>
        shapeOf(
          "Gemm",
          [
            [2, 3],
            [3, 5],
          ],
          { transA: 1 },
        ),
    ],
    [
      "more output padding than the stride",
      /adds more behind the end than its strides allow/,
      () =>
        shapeOf(
          "ConvTranspose",
          [
            [1, 1, 4, 4],
            [1, 1, 2, 2],
          ],
          { output_padding: [1, 1] },
        ),
    ],
  ];
  for (const [title, message, work] of cases) test(title, () => expect(work).toThrow(message));
});
