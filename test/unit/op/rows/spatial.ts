import type { Attributes } from "../../../../src/explain/graph/graph";
import { tensor, type Tensor } from "../../../../src/explain/tensor";
import type { Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const image = normal([2, 2, 4, 5], 1);
const floats = (values: readonly number[]) => tensor("float32", values);
const ints = (values: readonly number[]) => tensor("int64", values);

/** A Resize by scales, or by sizes when `scales` is empty. */
function resized(
  title: string,
  attributes: Attributes,
  scales: readonly number[],
  more: { sizes?: readonly number[]; roi?: readonly number[]; x?: Tensor } = {},
): Row {
  const { sizes, roi, x = image } = more;
  const list = [
    x,
    roi && floats(roi),
    scales.length > 0 ? floats(scales) : undefined,
    sizes && ints(sizes),
  ];
  const row: Row = { op: "Resize", title, attributes, inputs: list, constants: [1, 2] };
  return sizes && !attributes.axes ? { ...row, fixedBatch: true } : row;
}

const coordinates = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
  "tf_half_pixel_for_nn",
];
const nearestModes = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
const enlarging = [1, 1, 2.5, 1.7];
const shrinking = [1, 1, 0.6, 0.7];

const nearest = coordinates.flatMap((mode) =>
  nearestModes.flatMap((nearest_mode) =>
    [enlarging, shrinking].map((scales) => {
      const attributes = { mode: "nearest", coordinate_transformation_mode: mode, nearest_mode };
      return resized(`nearest, ${mode}, ${nearest_mode}, ${scales.join()}`, attributes, scales);
    }),
  ),
);

const smooth = ["linear", "cubic"].flatMap((mode) =>
  coordinates.flatMap((coordinate_transformation_mode) =>
    [enlarging, shrinking].map((scales) => {
      const attributes = { mode, coordinate_transformation_mode };
      return resized(
        `${mode}, ${coordinate_transformation_mode}, ${scales.join()}`,
        attributes,
        scales,
      );
    }),
  ),
);

const crop = { coordinate_transformation_mode: "tf_crop_and_resize" };
const window = { roi: [0, 0, 0.3, -0.2, 1, 1, 0.8, 1.1] };
const rest: readonly Row[] = [
  resized("nearest, twice as large", { mode: "nearest" }, [1, 1, 2, 2]),
  resized("nearest, two and three times as large", { mode: "nearest" }, [1, 1, 2, 3]),
  resized("copies, and one axis whose size stays", { mode: "nearest" }, [1, 1, 2, 1.1]),
  resized("to the same size", { mode: "linear" }, [1, 1, 1, 1]),
  resized("linear to sizes", { mode: "linear" }, [], { sizes: [2, 2, 7, 3] }),
  resized("nearest to sizes", { mode: "nearest" }, [], { sizes: [2, 2, 7, 3] }),
  resized("cubic to one column", { mode: "cubic" }, [], { sizes: [2, 2, 7, 1] }),
  resized(
    "linear to one column, corners aligned",
    { mode: "linear", coordinate_transformation_mode: "align_corners" },
    [],
    { sizes: [2, 2, 7, 1] },
  ),
  resized("linear from one row", { mode: "linear" }, [1, 1, 4, 2], { x: normal([2, 2, 1, 3], 2) }),
  resized("cubic with another coefficient", { mode: "cubic", cubic_coeff_a: -0.5 }, enlarging),
  resized("cubic without what lies outside", { mode: "cubic", exclude_outside: 1 }, enlarging),
  resized(
    "cubic without what lies outside, shrinking",
    { mode: "cubic", exclude_outside: 1 },
    shrinking,
  ),
  resized("linear, antialias", { mode: "linear", antialias: 1 }, shrinking),
  resized("linear, antialias, enlarging", { mode: "linear", antialias: 1 }, enlarging),
  resized(
    "linear, antialias, without what lies outside",
    { mode: "linear", antialias: 1, exclude_outside: 1 },
    shrinking,
  ),
  resized("cubic, antialias", { mode: "cubic", antialias: 1 }, shrinking),
  resized(
    "cubic, antialias, without what lies outside",
    { mode: "cubic", antialias: 1, exclude_outside: 1, cubic_coeff_a: -0.5 },
    shrinking,
  ),
  resized(
    "linear crop",
    { mode: "linear", ...crop, extrapolation_value: 3 },
    [1, 1, 1.5, 2],
    window,
  ),
  resized(
    "nearest crop",
    { mode: "nearest", ...crop, extrapolation_value: 3 },
    [1, 1, 1.5, 2],
    window,
  ),
  resized("cubic crop", { mode: "cubic", ...crop, extrapolation_value: 3 }, [1, 1, 1.5, 2], window),
  resized("crop to one row", { mode: "linear", ...crop }, [], { sizes: [2, 2, 1, 6], ...window }),
  resized("crop of named axes", { mode: "linear", ...crop, axes: [3, 2] }, [2, 1.5], {
    roi: [-0.2, 0.3, 1.1, 0.8],
  }),
  resized("named axes", { mode: "linear", axes: [-1, 2] }, [2, 0.5]),
  resized("sizes of named axes", { mode: "nearest", axes: [3] }, [], { sizes: [7] }),
  resized(
    "not larger",
    { mode: "linear", keep_aspect_ratio_policy: "not_larger", axes: [2, 3] },
    [],
    { sizes: [7, 6] },
  ),
  resized(
    "not smaller",
    { mode: "cubic", keep_aspect_ratio_policy: "not_smaller", axes: [2, 3] },
    [],
    { sizes: [7, 6] },
  ),
  resized(
    "not larger, nearest",
    { mode: "nearest", keep_aspect_ratio_policy: "not_larger", axes: [2, 3] },
    [],
    { sizes: [7, 6] },
  ),
  resized("channels last", { mode: "linear" }, [1, 2.5, 1.7, 1]),
  resized("channels last, cubic", { mode: "cubic" }, [1, 2.5, 1.7, 1]),
  resized("one axis, linear", { mode: "linear" }, [1, 1, 2], { x: normal([2, 2, 5], 3) }),
  resized("one axis, nearest", { mode: "nearest" }, [1, 1, 3], { x: normal([2, 2, 5], 3) }),
  resized("three axes, linear", { mode: "linear" }, [1, 1, 2, 1.5, 0.7], {
    x: normal([2, 1, 2, 3, 4], 4),
  }),
  resized("three axes, nearest", { mode: "nearest" }, [1, 1, 2, 1, 3], {
    x: normal([2, 1, 2, 3, 2], 4),
  }),
  {
    ...resized("the batch too", { mode: "linear" }, [2, 1.5], { x: normal([3, 4], 5) }),
    fixedBatch: true,
  },
];

/** Positions in a plane that is −1 … 1 wide, some beyond its borders. */
const grid = (dims: readonly number[], seed: number) => {
  const { type, data } = normal(dims, seed);
  return tensor(
    type,
    data.map((value) => 0.9 * value),
    dims,
  );
};

const sampled = ["nearest", "linear", "cubic"].flatMap((mode) =>
  ["zeros", "border", "reflection"].flatMap((padding_mode) =>
    [0, 1].map((align_corners): Row => ({
      op: "GridSample",
      title: `${mode}, ${padding_mode}${align_corners ? ", corners aligned" : ""}`,
      inputs: [normal([2, 2, 3, 4], 6), grid([2, 2, 2, 2], 7)],
      attributes: { mode, padding_mode, align_corners },
      fixed: mode === "nearest" ? [1] : [],
      batched: [0, 1],
    })),
  ),
);

const volumes = ["nearest", "linear"].flatMap((mode) =>
  ["zeros", "border", "reflection"].map((padding_mode): Row => ({
    op: "GridSample",
    title: `three axes, ${mode}, ${padding_mode}`,
    inputs: [normal([2, 1, 2, 3, 3], 7), grid([2, 2, 1, 2, 3], 8)],
    attributes: { mode, padding_mode },
    fixed: mode === "nearest" ? [1] : [],
    batched: [0, 1],
  })),
);

const gridSample: readonly Row[] = [
  ...sampled,
  ...volumes,
  {
    op: "GridSample",
    title: "one row, reflected",
    inputs: [normal([1, 2, 1, 4], 9), grid([1, 2, 2, 2], 10)],
    attributes: { padding_mode: "reflection" },
    batched: [0, 1],
  },
];

const blocks = ["DCR", "CRD"].map((mode): Row => ({
  op: "DepthToSpace",
  title: mode,
  inputs: [normal([2, 8, 2, 3], 11)],
  attributes: { blocksize: 2, mode },
}));

const windows: readonly { title: string; attributes: Attributes }[] = [
  { title: "plain", attributes: { kernel_shape: [2, 3] } },
  {
    title: "overlapping windows, uneven padding",
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 2, 1] },
  },
  {
    title: "windows that hang over the end",
    attributes: { kernel_shape: [3, 3], strides: [2, 3], ceil_mode: 1 },
  },
  { title: "dilation", attributes: { kernel_shape: [2, 2], dilations: [3, 2] } },
  {
    title: "SAME_LOWER",
    attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" },
  },
];

const powers = [1, 2, 3].flatMap((p) =>
  windows.map(({ title, attributes }): Row => ({
    op: "LpPool",
    title: `p = ${p}, ${title}`,
    inputs: [normal([2, 2, 6, 5], 13)],
    attributes: { ...attributes, p },
  })),
);

export const spatialRows: readonly Row[] = [
  ...nearest,
  ...smooth,
  ...rest,
  ...gridSample,
  ...blocks,
  ...powers,
];
