import type { Builder } from "../../../graph/builder";
import { isConcrete, multiplyDims } from "../../../graph/dim";
import type { Node } from "../../../graph/graph";
import { scale, shift } from "../../../op/helper/rule";
import { tensor } from "../../../tensor";
import type { Refuse } from "../attribute";
import { numberOf } from "./helper/attribute";
import { placesAlong } from "./helper/shape";
import { last } from "./helper/step";
import type { Rule } from "./upgrade";

/**
 * DeformConv: https://onnx.ai/onnx/operators/onnx__DeformConv.html
 *
 * Every kernel element meets its own, moved copy of the image: GridSample makes them, a product with the filters sums them up. What
 * follows counts in groups of channels that are moved alike (G), kernel elements (K) and positions (P).
 */
export const deformConvs: readonly Rule[] = [{ op: "DeformConv", upgrade: deformConv }];

/** Kernels of more elements are refused: the image is copied for each. */
const mostTaps = 2 ** 12;

function deformConv(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, filter, offset, bias, mask] = node.inputs as [string, string, string, string?, string?];
  const filters = g.dims(filter);
  const channels = g.dims(x)[1];
  if (filters.length !== 4 || !isConcrete(filters) || typeof channels !== "number") {
    throw refuse("along other than two axes, or of an unknown size, is not supported");
  }
  const [outputs, depth, ...kernel] = filters as [number, number, number, number];
  if (kernel[0] * kernel[1] > mostTaps) throw refuse(`has a kernel of ${kernel.join("×")}`);
  const moved = numberOf(node, "offset_group", 1);
  const groups = numberOf(node, "group", 1);
  const taps = kernel[0] * kernel[1];
  const sizes = g.op("Shape", [offset], { start: 2 });
  const positions = g.op("ReduceProd", [sizes], { keepdims: 1 });
  const reshape = (value: string, lead: readonly number[], rest: string) =>
    g.op("Reshape", [value, g.op("Concat", [g.ints(lead), rest], { axis: 0 })]);

  const images = reshape(x, [-1, channels / moved], g.op("Shape", [x], { start: 2 }));
  const grid = gridOf(g, node, kernel, reshape(offset, [-1, taps, 2], sizes));
  const sampled = g.op("GridSample", [images, grid]);
  const copies = reshape(sampled, [-1, moved, channels / moved, taps], positions);
  const weighed = mask
    ? g.op("Mul", [copies, reshape(mask, [-1, moved, 1, taps], positions)])
    : copies;
  const columns = reshape(weighed, [-1, groups, depth * taps], positions);
  const rows = g.reshape(filter, [groups, outputs / groups, depth * taps]);
  const product = g.op("MatMul", [rows, columns]);
  const target = g.op("Concat", [g.ints([-1, outputs]), sizes], { axis: 0 });
  if (!bias) return last(node, "Reshape", [product, target]);
  const y = g.op("Reshape", [product, target]);
  return last(node, "Add", [y, g.reshape(bias, [outputs, 1, 1])]);
}

/** Offsets [N·G, K, 2, H, W] (rows first) → where every kernel element looks: [N·G, K·H, W, 2] (columns first), in −1 … 1. */
function gridOf(g: Builder, node: Node, kernel: readonly number[], offsets: string): string {
  const [x] = node.inputs as [string];
  const list = (name: string, value: number) =>
    (node.attributes[name] as readonly number[] | undefined) ?? [value, value];
  const taps = multiplyDims(kernel) as number;
  const along = (axis: 0 | 1) => {
    const type = g.type(offsets);
    const which = g.constant(tensor("int64", [axis], []));
    const offset = g.op("Gather", [offsets, which], { axis: 2 });
    const within = Array.from({ length: taps }, (_, tap) => {
      const place = axis === 0 ? Math.floor(tap / kernel[1]!) : tap % kernel[1]!;
      return place * list("dilations", 1)[axis]! - list("pads", 0)[axis]!;
    });
    const element = g.constant(tensor(type, within, [taps, 1, 1]));
    const places = g.op("Cast", [placesAlong(g, offsets, 3 + axis)], { to: type });
    const line = axis === 0 ? g.op("Reshape", [places, g.ints([-1, 1])]) : places;
    const start = g.op("Add", [element, scale(g, line, list("strides", 1)[axis]!)]);
    const position = g.op("Add", [offset, start]);
    const size = g.op("Shape", [x], { start: 2 + axis, end: 3 + axis });
    const parts = g.op("Cast", [size], { to: type });
    const coordinate = shift(g, g.op("Div", [shift(g, scale(g, position, 2), 1), parts]), -1);
    return g.op("Unsqueeze", [coordinate, g.ints([-1])]);
  };
  const grid = g.op("Concat", [along(1), along(0)], { axis: -1 });
  const width = g.op("Shape", [grid], { start: 3 });
  return g.op("Reshape", [grid, g.op("Concat", [g.ints([0, -1]), width], { axis: 0 })]);
}
