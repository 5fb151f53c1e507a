import { sizeOf, tensor, type DType, type Tensor } from "../../../../src/explain/tensor";
import { withoutGradient, type Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const x = normal([2, 3, 4, 5], 1, "float32");
const scalar = (value: number) => tensor("float32", [value], []);
const list = (values: number[]) => tensor("float32", values);
/** step, 2·step, 3·step … */
const ladder = (step: number, dims: number[]) =>
  tensor(
    "float32",
    Array.from({ length: sizeOf(dims) }, (_, i) => step * (i + 1)),
    dims,
  );
const zero = (type: DType, value = 0) => tensor(type, [value], []);

/** Halves of a step, which round to the even neighbour, and numbers that leave the range. */
const edges = tensor("float32", [-300, -1.5, -0.5, -0, 0.5, 1.5, 2.5, 126.5, 127.5, 254.5, 1e6]);

const integers = (type: DType, low: number, high: number): Tensor =>
  tensor(
    type,
    normal([2, 3, 4], 5).data.map((v) =>
      Math.max(low, Math.min(high, Math.round((v * (high - low)) / 4))),
    ),
    [2, 3, 4],
  );

const quantize: readonly Row[] = [
  { op: "QuantizeLinear", title: "no zero point", inputs: [x, scalar(0.01)] },
  { op: "QuantizeLinear", title: "halves and ends", inputs: [edges, scalar(1), zero("int8")] },
  { op: "QuantizeLinear", title: "zero point", inputs: [edges, scalar(2), zero("uint8", 3)] },
  { op: "QuantizeLinear", title: "one scale in a list", inputs: [x, list([0.02]), zero("int8")] },
  {
    op: "QuantizeLinear",
    title: "a scale for each channel",
    inputs: [x, list([0.01, 0.02, 0.03]), tensor("uint8", [128, 0, 77])],
  },
  {
    op: "QuantizeLinear",
    title: "a scale for each column",
    inputs: [x, list([0.01, 0.02, 0.03, 0.5, 1]), tensor("int8", [1, 2, 3, 4, 5])],
    attributes: { axis: -1 },
  },
  { op: "QuantizeLinear", title: "int16", inputs: [x, scalar(1e-4), zero("int16", -5)] },
  { op: "QuantizeLinear", title: "uint16", inputs: [x, scalar(1e-4), zero("uint16", 30000)] },
  {
    op: "QuantizeLinear",
    title: "the element type by name",
    inputs: [x, scalar(0.1)],
    attributes: { output_dtype: "int8" },
  },
  {
    op: "QuantizeLinear",
    title: "in blocks, the last one short",
    inputs: [x, ladder(0.01, [2, 3, 4, 2])],
    attributes: { axis: 3, block_size: 3 },
  },
  {
    op: "DynamicQuantizeLinear",
    inputs: [x],
    outputs: 3,
  },
  { op: "DynamicQuantizeLinear", title: "above zero", inputs: [edges], outputs: 3 },
];

const dequantize: readonly Row[] = [
  {
    op: "DequantizeLinear",
    title: "no zero point",
    inputs: [integers("int8", -128, 127), scalar(0.1)],
  },
  {
    op: "DequantizeLinear",
    title: "zero point",
    inputs: [integers("uint8", 0, 255), scalar(0.1), zero("uint8", 7)],
  },
  {
    op: "DequantizeLinear",
    title: "a scale for each channel",
    inputs: [integers("int8", -128, 127), list([0.1, 2, 3]), tensor("int8", [-1, 0, 100])],
  },
  {
    op: "DequantizeLinear",
    title: "a scale for each along the first axis",
    inputs: [integers("int8", -128, 127), list([0.1, 2])],
    attributes: { axis: 0 },
  },
  {
    op: "DequantizeLinear",
    title: "bias",
    inputs: [integers("int32", -(2 ** 27), 2 ** 27), scalar(3e-5)],
  },
  {
    op: "DequantizeLinear",
    title: "int16",
    inputs: [integers("int16", -32768, 32767), scalar(3e-5), zero("int16", 12)],
  },
  {
    op: "DequantizeLinear",
    title: "uint16",
    inputs: [integers("uint16", 0, 65535), scalar(3e-5), zero("uint16", 12)],
  },
  {
    op: "DequantizeLinear",
    title: "int4 in blocks, the last one short",
    inputs: [integers("int4", -8, 7), ladder(0.1, [2, 3, 2])],
    attributes: { axis: 2, block_size: 3 },
  },
  {
    op: "DequantizeLinear",
    title: "uint4 in blocks along the middle, with zero points",
    inputs: [
      integers("uint4", 0, 15),
      ladder(0.1, [2, 2, 4]),
      tensor(
        "uint4",
        [...Array(16).keys()].map((i) => i),
        [2, 2, 4],
      ),
    ],
    attributes: { axis: 1, block_size: 2 },
  },
];

/** What the straight-through gradient is stands in `quantization.test.ts`: central differences of a staircase are no reference. */
export const quantizationRows = withoutGradient([...quantize, ...dequantize]);
