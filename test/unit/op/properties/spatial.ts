import fc from "fast-check";
import { each, one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;

const how = record({
  coordinate_transformation_mode: one(
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
  ),
  nearest_mode: one("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
  mode: one("nearest", "linear", "cubic"),
  antialias: size(0, 1),
  exclude_outside: size(0, 1),
}).map(({ antialias, exclude_outside, ...attributes }) => {
  if (attributes.mode !== "nearest") return { ...attributes, antialias, exclude_outside };
  // Where two samples are equally near, the last bit of symmetric coordinates decides in onnxruntime.
  const coordinate_transformation_mode = attributes.coordinate_transformation_mode.replace(
    "_symmetric",
    "",
  );
  return { ...attributes, coordinate_transformation_mode };
});

/** Scales of single precision, so that a failing case can be printed and repeated exactly. */
const scale = one(0.5, 0.75, 1, 1, 1.25, 1.5, 2, 2, 3);

export const spatialProperties: readonly Property[] = [
  property(
    "Resize by scales",
    ["Resize"],
    fc.tuple(how, shape(1, 5, 2)).chain(([attributes, dims]) =>
      each(dims, (i) => (i < dims.length - 3 ? one(1) : scale)).map((scales): MadeUp => ({
        op: "Resize",
        inputs: [{ floats: dims }, undefined, { scales }],
        attributes,
      })),
    ),
    { runs: 100 },
  ),

  property(
    "Resize of named axes to sizes",
    ["Resize"],
    fc
      .tuple(how, shape(2, 4, 2), one("stretch", "not_larger", "not_smaller"))
      .chain(([attributes, dims, keep_aspect_ratio_policy]) =>
        fc.tuple(size(1, 7), size(1, 7)).map((ints): MadeUp => ({
          op: "Resize",
          inputs: [{ floats: dims }, undefined, undefined, { ints }],
          attributes: {
            ...attributes,
            keep_aspect_ratio_policy,
            axes: [dims.length - 1, dims.length - 2],
          },
        })),
      ),
    { runs: 100, fixedBatch: true },
  ),

  property(
    "ResizeGrad",
    ["ResizeGrad"],
    record({
      mode: one("nearest", "linear", "cubic"),
      coordinate_transformation_mode: one("half_pixel", "align_corners", "asymmetric"),
      planes: shape(0, 2, 1, 2),
      shape: shape(1, 3, 1, 4),
    }).chain(({ planes, ...attributes }) =>
      each(attributes.shape, (i) => one(1, 2, 3, 4, 5, 2 * attributes.shape[i]!)).map(
        (ints): MadeUp => ({
          op: "ResizeGrad",
          inputs: [{ floats: [...planes, ...ints] }, undefined, undefined, { ints }],
          attributes: { ...attributes, axes: ints.map((_, i) => i - ints.length) },
        }),
      ),
    ),
    { runs: 100, fixedBatch: true },
  ),

  property(
    "GridSample",
    ["GridSample"],
    record({
      mode: one("nearest", "linear"),
      padding_mode: one("zeros", "border", "reflection"),
      align_corners: size(0, 1),
      batch: size(1, 2),
      channels: size(1, 3),
      sizes: shape(2, 3),
    }).chain(({ batch, channels, sizes, ...attributes }) =>
      each(sizes, () => size(1, 3)).map((positions): MadeUp => ({
        op: "GridSample",
        inputs: [
          { floats: [batch, channels, ...sizes] },
          { floats: [batch, ...positions, sizes.length] },
        ],
        attributes,
      })),
    ),
    { runs: 40, fixedBatch: true },
  ),

  property(
    "LpPool",
    ["LpPool"],
    record({
      planes: shape(2, 2, 1, 2),
      sizes: shape(2, 2, 3, 6),
      kernel_shape: shape(2, 2, 1, 3),
      strides: shape(2, 2, 1, 3),
      pads: fc.tuple(size(0, 1), size(0, 1), size(0, 1), size(0, 1)),
      ceil_mode: size(0, 1),
      p: size(1, 3),
    }).map(({ planes, sizes, pads, kernel_shape, ...attributes }): MadeUp => ({
      op: "LpPool",
      inputs: [{ floats: [...planes, ...sizes] }],
      attributes: {
        ...attributes,
        kernel_shape,
        pads: pads.map((pad, i) => Math.min(pad, kernel_shape[i % 2]! - 1)),
      },
    })),
  ),

  property(
    "blocks of positions as channels, and back",
    ["DepthToSpace", "SpaceToDepth"],
    record({
      planes: shape(2, 2),
      sizes: shape(2, 2),
      blocksize: size(1, 3),
      op: one("DepthToSpace", "SpaceToDepth"),
      mode: one("DCR", "CRD"),
    }).map(({ planes: [n, c], sizes, op, ...attributes }): MadeUp => {
      const b = attributes.blocksize;
      const deep = op === "DepthToSpace";
      const dims = deep ? [n!, c! * b * b, ...sizes] : [n!, c!, ...sizes.map((each) => each * b)];
      return { op, inputs: [{ floats: dims }], attributes };
    }),
  ),
];
