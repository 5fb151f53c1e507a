import { attributesBut, int } from "../../../op/helper/attribute";
import { isChannelFirst } from "../../../op/helper/blocks";
import { count } from "../../../op/helper/select";
import { tensor } from "../../../tensor";
import type { Lowering } from "./lowering";

/** onnxruntime knows one order of channels; the other one is picked from it. */
export const spaceToDepth: Lowering = {
  op: "SpaceToDepth",
  lower(g, node) {
    const [x] = node.inputs as [string];
    const blocks = int(node, "blocksize") ** 2;
    const y = g.op("SpaceToDepth", [x], attributesBut(node, "mode"));
    if (!isChannelFirst(node)) return [y];
    const channels = g.dims(x)[1] as number;
    const order = count(channels * blocks).map(
      (i) => (i % blocks) * channels + Math.floor(i / blocks),
    );
    return [g.op("Gather", [y, g.constant(tensor("int64", order))], { axis: 1 })];
  },
};
