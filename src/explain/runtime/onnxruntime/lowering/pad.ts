import type { Lowering } from "./lowering";

/**
 * Pad that names its axes, as Pad of all axes: moving a Transpose past the former, onnxruntime's optimizer (1.30, 1.32) makes a model that
 * fails at run time (“Gather … indices element out of data bounds”).
 */
export const pad: Lowering = {
  op: "Pad",
  lower(g, node) {
    const [x, pads, value = "", axes = ""] = node.inputs as [string, string, string?, string?];
    const named = g.known(axes);
    const amounts = g.known(pads);
    if (!named || !amounts?.every((amount) => typeof amount === "number")) return undefined;
    const rank = g.dims(x).length;
    const all = new Array<number>(2 * rank).fill(0);
    named.forEach((axis, i) => {
      const at = (Number(axis) + rank) % rank;
      all[at] = amounts[i]!;
      all[at + rank] = amounts[i + named.length]!;
    });
    return [g.op("Pad", [x, g.ints(all), value], node.attributes)];
  },
};
