import { describe, expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import type { Attributes, Dim } from "../../../src/explain/graph/graph";
import { tensor } from "../../../src/explain/tensor";

const names: readonly Dim[] = ["N", 8, "H", "W"];

/** The shape of “y”, made by one operator of a value of shape `dims`; further inputs are scales (floats) or sizes. */
function shapeOf(
  op: string,
  dims: readonly Dim[],
  attributes: Attributes,
  scales: readonly number[] = [],
  sizes: readonly number[] = [],
): string {
  const g = new Builder("test");
  const x = g.input("x", "float32", dims);
  const inputs = [x];
  if (scales.length > 0 || sizes.length > 0) {
    inputs.push("", scales.length > 0 ? g.constant(tensor("float32", scales)) : "");
  }
  if (sizes.length > 0) inputs.push(g.ints(sizes));
  g.append({ op, name: "node", inputs, outputs: ["y"], attributes });
  return g.dims("y").join();
}

describe("sizes that are names stay, grow by whole factors, or take a name of their own", () => {
  const resized = (attributes: Attributes, scales?: readonly number[], sizes?: readonly number[]) =>
    shapeOf("Resize", names, attributes, scales, sizes);

  test.each([
    ["scales of 1 and 2", resized({}, [1, 1, 2, 2]), "N,8,2*H,2*W"],
    ["a scale that is no whole number", resized({}, [1, 1, 2, 1.5]), "N,8,2*H,y[3]"],
    ["sizes of named axes", resized({ axes: [-1, -2] }, [], [7, 5]), "N,8,5,7"],
    [
      "one scale for all axes",
      resized({ axes: [2, 3], keep_aspect_ratio_policy: "not_larger" }, [], [7, 5]),
      "N,8,y[2],y[3]",
    ],
    ["blocks as channels", shapeOf("SpaceToDepth", names, { blocksize: 2 }), "N,32,H/2,W/2"],
    [
      "blocks as channels, of doubled sizes",
      shapeOf("SpaceToDepth", ["N", 8, "2*H", "4*W"], { blocksize: 2 }),
      "N,32,H,2*W",
    ],
    ["channels as blocks", shapeOf("DepthToSpace", names, { blocksize: 2 }), "N,2,2*H,2*W"],
    [
      "a window of 3, steps of 1",
      shapeOf("LpPool", names, { kernel_shape: [3, 3], auto_pad: "SAME_LOWER" }),
      "N,8,H,W",
    ],
  ])("%s", (_, shape, expected) => expect(shape).toBe(expected));

  test("a scale in single precision, rounded as onnxruntime does", () => {
    const [size] = shapeOf("Resize", [10], {}, [0.7]).split(",");
    expect(size).toBe("7");
  });
});

describe("what does not fit is refused with the node and the reason", () => {
  const image: readonly Dim[] = [1, 6, 5, 4];
  test.each([
    [
      "two scales for four axes",
      () => shapeOf("Resize", image, {}, [2, 2]),
      "has [2,2] for the 4 axes to resize",
    ],
    [
      "coordinates that do not exist",
      () => shapeOf("Resize", image, { coordinate_transformation_mode: "half" }, [1, 1, 2, 2]),
      "has a coordinate_transformation_mode that does not exist",
    ],
    [
      "channels that are no whole number of blocks",
      () => shapeOf("DepthToSpace", image, { blocksize: 2 }),
      "cannot make blocks of 2 with [6]",
    ],
    [
      "sizes that are no whole number of blocks",
      () => shapeOf("SpaceToDepth", image, { blocksize: 2 }),
      "cannot make blocks of 2 with [5,4]",
    ],
  ])("%s", (_, shape, message) => expect(shape).toThrow(`“node”: ${message}`));

  test("a grid for other axes than the image has", () => {
    const g = new Builder("test");
    const inputs = [g.input("x", "float32", image), g.input("grid", "float32", [1, 3, 3, 3])];
    expect(() => g.op("GridSample", inputs)).toThrow("at a grid of shape [1,3,3,3]");
  });
});
