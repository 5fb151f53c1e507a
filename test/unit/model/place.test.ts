import { describe, expect, test } from "vitest";
import { flatten } from "../../../src/explain/method/helper/activation";
import type { Target } from "../../../src/explain/method/method";
import { Builder } from "../../../src/explain/graph/builder";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, zeros } from "../../../src/explain/tensor";
import { classifier, named } from "../../helper/classifier";

const side = 12;
const ones = (dims: number[]) =>
  tensor("float64", new Float64Array(dims.reduce((a, b) => a * b)).fill(1), dims);

/** Convolution with a 1 in the middle of the kernel: what a pixel comes to shows where it lies. */
function conv(g: Builder, x: string, size = 1, attributes = {}): string {
  const kernel = zeros("float64", [1, g.dims(x)[1] as number, size, size]);
  kernel.data.forEach((_, i) => (kernel.data[i] = i % size ** 2 === (size ** 2 - 1) / 2 ? 1 : 0));
  return g.op("Conv", [x, g.constant(kernel)], attributes);
}

const slice = (g: Builder, x: string, starts: number[], ends: number[], steps?: number[]) =>
  g.op("Slice", [
    x,
    g.ints(starts),
    g.ints(ends),
    g.ints([2, 3]),
    ...(steps ? [g.ints(steps)] : []),
  ]);

const backwards = -(2 ** 31);

const pad = (g: Builder, x: string, pads: number[], attributes = {}) =>
  g.op("Pad", [x, g.ints(pads), "", g.ints([2, 3])], attributes);

const rolled = (g: Builder, x: string, by: number, axis: number) => {
  const part = (from: number, to: number) =>
    g.op("Slice", [x, g.ints([from]), g.ints([to]), g.ints([axis])]);
  return g.op("Concat", [part(by, side), part(0, by)], { axis });
};

const cropAndResize = (g: Builder, x: string, roi: number[], size: number) => {
  const sizes = g.ints([size, size]);
  const part = g.constant(tensor("float32", roi));
  const attributes = { coordinate_transformation_mode: "tf_crop_and_resize", mode: "linear" };
  return g.op("Resize", [x, part, "", sizes], { ...attributes, axes: [2, 3] });
};

/** A classifier of [N,1,12,12] whose last map `build` makes. */
function model(build: (g: Builder, image: string) => string) {
  return classifier(
    (g, image, w) => {
      const map = named(g, "map", "Relu", [build(g, image)]);
      return g.op("Gemm", [g.op("Flatten", [g.op("GlobalAveragePool", [map])]), w([1, 3])]);
    },
    ["N", 1, side, side],
  );
}

const layerOf = ({ anatomy }: ReturnType<typeof model>) =>
  anatomy.layers.find(({ name }) => name === "map");

/** The middle of what one bright pixel comes to in the last map, as it is laid over the image: in pixels, with the size of a cell. */
function evidence(built: ReturnType<typeof model>, [row, column]: readonly [number, number]) {
  const { graph, anatomy } = built;
  const g = Builder.extend(graph);
  const target = { layer: "map", anatomy } as unknown as Target;
  const { flat, height, width } = flatten(g, "map", target, false);
  const image = tensor("float64", new Float64Array(side * side), [1, 1, side, side]);
  image.data[row * side + column] = 1;
  const { data } = evaluate(g.finish([flat]), { image })[flat]!;
  const { x0, y0, x1, y1 } = layerOf(built)!.extent ?? { x0: 0, y0: 0, x1: 1, y1: 1 };
  let [y, x, mass] = [0, 0, 0];
  data.forEach((value, i) => {
    y += value * (y0 + ((Math.floor(i / width) + 0.5) / height) * (y1 - y0));
    x += value * (x0 + (((i % width) + 0.5) / width) * (x1 - x0));
    mass += value;
  });
  const cell = Math.max((y1 - y0) / height, (x1 - x0) / width) * side;
  return { mass, y: (y / mass) * side, x: (x / mass) * side, cell };
}

type Claim = [claim: string, build: (g: Builder, image: string) => string, extent?: number[]];

/** The extent is [x0, y0, x1, y1] in pixels; absent = the whole image. */
const claims: Claim[] = [
  ["mirrored columns", (g, x) => slice(g, x, [0, -1], [side, backwards], [1, -1])],
  ["half a turn", (g, x) => slice(g, x, [-1, -1], [backwards, backwards], [-1, -1])],
  [
    "mirrored by indices",
    (g, x) => {
      const places = Array.from({ length: side }, (_, i) => side - 1 - i);
      return g.op("Gather", [x, g.ints(places)], { axis: 3 });
    },
  ],
  [
    "turned in a circle, then mirrored",
    (g, x) => slice(g, rolled(g, x, 5, 3), [0, -1], [side, backwards], [1, -1]),
  ],
  [
    "mirrored, then turned in a circle",
    (g, x) => rolled(g, slice(g, x, [0, -1], [side, backwards], [1, -1]), 5, 3),
  ],
  [
    "the upper left quarter behind a convolution of stride 2",
    (g, x) => conv(g, slice(g, x, [0, 0], [6, 6]), 3, { strides: [2, 2], pads: [1, 1, 1, 1] }),
    [0, 0, 6, 6],
  ],
  ["a range in the middle", (g, x) => conv(g, slice(g, x, [3, 2], [9, 10])), [2, 3, 10, 9]],
  [
    "a range of indices",
    (g, x) => conv(g, g.op("Gather", [x, g.ints([4, 5, 6, 7])], { axis: 2 })),
    [0, 4, 12, 8],
  ],
  [
    "a range of what was mirrored",
    (g, x) => {
      const mirrored = slice(g, x, [0, -1], [side, backwards], [1, -1]);
      return conv(g, slice(g, mirrored, [0, 0], [side, 4]));
    },
    [8, 0, 12, 12],
  ],
  ["a range backwards", (g, x) => conv(g, slice(g, x, [0, 8], [side, 2], [1, -1])), [3, 0, 9, 12]],
  [
    "every second row from the second on",
    (g, x) => conv(g, slice(g, x, [1, 0], [side, side], [2, 1])),
  ],
  [
    "more rows below and columns to the right",
    (g, x) => conv(g, pad(g, x, [0, 0, 12, 12])),
    [0, 0, 24, 24],
  ],
  [
    "more rows above what a convolution pads",
    (g, x) => conv(g, pad(g, x, [4, 0, 0, 0]), 3, { pads: [1, 1, 1, 1] }),
    [0, -4, 12, 12],
  ],
  ["a border for an unpadded convolution", (g, x) => conv(g, pad(g, x, [1, 1, 1, 1]), 3)],
  [
    "a border at one end for a convolution of stride 2, as TensorFlow pads",
    (g, x) => conv(g, pad(g, x, [0, 0, 1, 1]), 3, { strides: [2, 2] }),
  ],
  [
    "a border that a dilated convolution explains",
    (g, x) => conv(g, pad(g, x, [2, 2, 2, 2], { mode: "reflect" }), 3, { dilations: [2, 2] }),
  ],
  [
    "a border that is taken off again",
    (g, x) => conv(g, slice(g, pad(g, x, [2, 2, 0, 0]), [2, 2], [14, 14])),
  ],
  ["cut off by a negative border", (g, x) => conv(g, pad(g, x, [-3, -2, -3, -2])), [2, 3, 10, 9]],
  [
    "a convolution that pads more than its kernel needs",
    (g, x) => conv(g, x, 1, { pads: [3, 0, 3, 0] }),
    [0, -3, 12, 15],
  ],
  ["a part resized", (g, x) => cropAndResize(g, x, [0, 5 / 11, 5 / 11, 10 / 11], 6), [5, 0, 11, 6]],
  [
    "a part resized and mirrored",
    (g, x) => cropAndResize(g, x, [0, 10 / 11, 5 / 11, 5 / 11], 6),
    [5, 0, 11, 6],
  ],
  ["resized", (g, x) => g.op("Resize", [x, "", g.constant(tensor("float32", [1, 1, 2, 2]))])],
  [
    "a crop that was resized",
    (g, x) => {
      const scales = g.constant(tensor("float32", [1, 1, 2, 2]));
      return g.op("Resize", [conv(g, slice(g, x, [0, 6], [6, 12])), "", scales]);
    },
    [6, 0, 12, 6],
  ],
];

describe("evidence lies where it came from:", () => {
  for (const [claim, build, extent] of claims) {
    test(claim, () => {
      const built = model(build);
      const found = layerOf(built)!.extent;
      const [x0, y0, x1, y1] = (extent ?? []).map((pixel) => pixel / side);
      if (!extent) expect(found).toBeUndefined();
      else
        for (const [key, value] of Object.entries({ x0, y0, x1, y1 }))
          expect(found![key as "x0"]).toBeCloseTo(value!, 6);
      let seen = 0;
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          const { mass, y, x, cell } = evidence(built, [row, column]);
          if (mass === 0) continue;
          seen++;
          expect(Math.abs(y - row - 0.5), `row ${row}`).toBeLessThanOrEqual(cell * 0.75 + 1e-6);
          expect(Math.abs(x - column - 0.5), `column ${column}`).toBeLessThanOrEqual(
            cell * 0.75 + 1e-6,
          );
        }
      }
      expect(seen).toBeGreaterThan(8);
    });
  }
});

const lost: Claim[] = [
  [
    "a map added to its mirror image",
    (g, x) => g.op("Add", [x, slice(g, x, [0, -1], [side, backwards], [1, -1])]),
  ],
  [
    "a map joined to one turned in a circle",
    (g, x) => g.op("Concat", [x, rolled(g, x, 3, 2)], { axis: 1 }),
  ],
  [
    "columns in another order",
    (g, x) => {
      const places = Array.from({ length: side }, (_, i) => (5 * i) % side);
      return g.op("Gather", [x, g.ints(places)], { axis: 3 });
    },
  ],
  [
    "columns picked by indices for each row",
    (g, x) => {
      const row = Array.from({ length: side }, (_, i) => side - 1 - i);
      const all = tensor("int64", new Array<number[]>(side).fill(row).flat(), [1, 1, side, side]);
      const batch = g.op("Expand", [g.constant(all), g.op("Shape", [x])]);
      return g.op("GatherElements", [x, batch], { axis: 3 });
    },
  ],
  [
    "sampled by a mirror",
    (g, x) => {
      const at = (i: number) => (2 * i + 1) / side - 1;
      const places = Array.from({ length: side * side }, (_, i) => [
        -at(i % side),
        at(Math.floor(i / side)),
      ]);
      const grid = g.constant(tensor("float64", places.flat(), [1, side, side, 2]));
      const sizes = g.op("Concat", [g.op("Shape", [x], { start: 0, end: 1 }), g.ints([1, 1, 1])], {
        axis: 0,
      });
      return g.op("GridSample", [
        x,
        g.op("Expand", [grid, g.op("Max", [sizes, g.ints([1, side, side, 2])])]),
      ]);
    },
  ],
  ["repeated", (g, x) => g.op("Tile", [x, g.ints([1, 1, 1, 2])])],
  ["sorted", (g, x) => g.ops("TopK", [x, g.ints([side])], 2, { axis: 3 })[0]!],
];

describe("no map, and the reason says where rows and columns are lost:", () => {
  for (const [claim, build] of lost) {
    test(claim, () => {
      const { anatomy } = model((g, image) =>
        conv(g, build(g, named(g, "stem", "Relu", [conv(g, image)])), 1),
      );
      expect(anatomy.layers.map(({ name }) => name)).not.toContain("map");
      expect(anatomy.layerReason).toMatch(
        /^The last spatial map that can be followed: 1 channels of 12×12.* lost at “.*” \(\w+\), so that later maps are not offered\.$/,
      );
    });
  }

  test("places that weights mix are lost before the next convolution", () => {
    const { anatomy } = model((g, image) => {
      const stem = named(g, "stem", "Relu", [conv(g, image)]);
      const rows = g.reshape(stem, ["N", 1, side * side]);
      const mixed = g.op("MatMul", [rows, g.constant(ones([side * side, side * side]))]);
      return conv(g, g.reshape(mixed, ["N", 1, side, side]), 3);
    });
    expect(anatomy.layers.find((layer) => layer.default)!.name).toBe("stem");
    expect(anatomy.layerReason).toMatch(/Behind it rows and columns are lost before “.*” \(Conv\)/);
  });

  test("when there is no map before it, none is offered", () => {
    const { anatomy } = model((g, image) => conv(g, g.op("Tile", [image, g.ints([1, 1, 1, 2])])));
    expect(anatomy.layers).toEqual([]);
    expect(anatomy.layerReason).toMatch(
      /^Rows and columns cannot be followed from the image: they are lost at “.*” \(Tile\)\.$/,
    );
  });
});
