import { isConcrete, multiplyDims } from "../../../graph/dim";
import type { Attributes, Dim, Node } from "../../../graph/graph";
import { ints, maybeInts } from "../../../op/helper/attribute";
import { zeros } from "../../../tensor";
import type { Lowering } from "./lowering";
import { maximaOf } from "./maxima";

/**
 * MaxPool with indices, and MaxUnpool where no two windows share an element, else one ScatterElements into zeros, which takes 2.5 times as long
 * (2×2/2 at 224²×64: 3.4 against 1.3 ms). For windows that overlap, masks by Slice and Equal and Col2Im were
 * measured too: none is faster for every window, and at 112²×64, 3×3/2, one thread, all lie between 11 and 16 ms, of which finding the maxima takes 6.
 */
export const maxPoolGrad: Lowering = {
  op: "MaxPoolGrad",
  lower(g, node) {
    const [x, dy] = node.inputs as [string, string];
    const { found, indices, lead, masked } = maximaOf(g, node);
    const shape = g.dims(x);
    if (
      lead.length === 0 &&
      isConcrete(shape) &&
      g.type(dy) === "float32" &&
      areDisjoint(node, shape.slice(2), g.dims(dy).slice(2))
    ) {
      const { kernel_shape, strides } = node.attributes as Attributes;
      const attributes = { kernel_shape: kernel_shape!, strides: strides! };
      return [g.op("MaxUnpool", [masked(dy), found, g.ints(shape)], attributes)];
    }
    const elements = multiplyDims(g.dims(x));
    const size = g.op("Shape", [g.reshape(x, [elements])]);
    const target =
      lead.length === 0 ? size : g.op("Concat", [g.ints(lead.map(Number)), size], { axis: 0 });
    const nothing = g.op("ConstantOfShape", [target], { value: zeros(g.type(dy), [1]) });
    const updates = g.reshape(masked(dy), g.dims(indices));
    const attributes = { axis: lead.length, reduction: "add" };
    const dx = g.op("ScatterElements", [nothing, indices, updates], attributes);
    return [g.reshape(dx, [...g.dims(dy).slice(0, -g.dims(x).length), ...g.dims(x)])];
  },
};

/** Whether no element lies in two windows, and none of them reaches out of the map. */
function areDisjoint(node: Node, sizes: readonly Dim[], pooled: readonly Dim[]): boolean {
  const kernel = ints(node, "kernel_shape");
  const strides = maybeInts(node, "strides") ?? kernel.map(() => 1);
  const isPlain = ["pads", "dilations"].every((name, i) =>
    (maybeInts(node, name) ?? []).every((value) => value === i),
  );
  const fits = (size: number, axis: number) =>
    strides[axis]! >= size &&
    (Number(pooled[axis]) - 1) * strides[axis]! + size <= Number(sizes[axis]);
  return isPlain && kernel.every(fits);
}
