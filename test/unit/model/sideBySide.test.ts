import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { zeros } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named } from "../../helper/classifier";

type Weight = (dims: number[]) => string;

/** A map `first` 4×8×8 of a picture of 16×16, what `build` makes of it called `joined`, and a classifier behind. */
function joining(build: (g: Builder, map: string, w: Weight) => readonly string[], axis = 3) {
  return classifier((g, x, w) => {
    const parts = build(g, features(g, x, w, 4, "first"), w);
    return linearHead(g, named(g, "joined", "Concat", [...parts], { axis }), w, 3);
  });
}

function range(g: Builder, x: string, start: number, end: number, axis = 3): string {
  return g.op("Slice", [x, g.ints([start]), g.ints([end]), g.ints([axis])]);
}

const layer = ({ anatomy }: ReturnType<typeof classifier>, name: string) =>
  anatomy.layers.find((candidate) => candidate.name === name);

/** A convolution 3×3 without padding called `behind`. */
const behind = (g: Builder, x: string, w: Weight, strides = [1, 1]) =>
  named(g, "behind", "Conv", [x, w([4, 4, 3, 3])], { strides });

/** One row or column of the other end at each end. */
function circular(g: Builder, map: string, axis: number): string {
  const last = g.dims(map)[axis] as number;
  const parts = [range(g, map, last - 1, last, axis), map, range(g, map, 0, 1, axis)];
  return g.op("Concat", parts, { axis });
}

describe("rows or columns that are joined", () => {
  test("halves that were convolved apart are the whole map again", () => {
    const found = joining((g, map, w) => {
      const filter = w([5, 4, 3, 3]);
      const half = (start: number) =>
        g.op("Conv", [range(g, map, start, start + 4), filter], { pads: [1, 1, 1, 1] });
      return [half(0), half(4)];
    });
    expect(layer(found, "joined")).toMatchObject({
      channels: 5,
      height: 8,
      width: 8,
      default: true,
    });
    expect(layer(found, "joined")).not.toHaveProperty("extent");
  });

  for (const strides of [
    [1, 1],
    [2, 2],
  ]) {
    test(`circular borders and a convolution with steps of ${strides[0]} make the map that padding makes`, () => {
      const size = 8 / strides[0]!;
      const found = classifier((g, x, w) => {
        const map = circular(g, circular(g, features(g, x, w, 4, "first"), 2), 3);
        return linearHead(g, behind(g, map, w, strides), w, 3);
      });
      const expected = { channels: 4, height: size, width: size, default: true };
      expect(layer(found, "behind")).toMatchObject(expected);
      expect(layer(found, "behind")).not.toHaveProperty("extent");
    });
  }

  test("a row of zeros at the end lies outside the image", () => {
    const found = joining((g, map) => {
      const shape = g.op("Concat", [g.op("Shape", [map], { end: 1 }), g.ints([4, 1, 8])], {
        axis: 0,
      });
      return [map, g.op("ConstantOfShape", [shape], { value: zeros("float64", [1]) })];
    }, 2);
    expect(layer(found, "joined")).toMatchObject({
      height: 9,
      width: 8,
      extent: { x0: 0, y0: 0, x1: 1, y1: 9 / 8 },
    });
  });

  test("the same map twice is lost, and the reason says where", () => {
    const { anatomy } = joining((_g, map) => [map, map]);
    expect(anatomy.layers.map(({ name }) => name)).not.toContain("joined");
    expect(anatomy.layers.find((candidate) => candidate.default)!.name).toBe("first");
    expect(anatomy.layerReason).toMatch(/lost at .*Concat/);
  });

  test("halves in the wrong order that were convolved apart are lost", () => {
    const found = joining((g, map, w) => {
      const filter = w([5, 4, 1, 1]);
      return [4, 0].map((start) => g.op("Conv", [range(g, map, start, start + 4), filter]));
    });
    expect(layer(found, "joined")).toBeUndefined();
  });
});

test("a map to which itself is added, turned by one column, stays a map; turned by three it is lost", () => {
  const turned = (by: number) =>
    classifier((g, x, w) => {
      const map = features(g, x, w, 4, "first");
      const other = g.op("Concat", [range(g, map, by, 8), range(g, map, 0, by)], { axis: 3 });
      return linearHead(g, named(g, "sum", "Add", [map, other]), w, 3);
    });
  expect(layer(turned(1), "sum")).toMatchObject({ height: 8, width: 8, default: true });
  expect(layer(turned(3), "sum")).toBeUndefined();
});
