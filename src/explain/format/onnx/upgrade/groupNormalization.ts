import type { Builder } from "../../../graph/builder";
import { maybeInt } from "../../../op/helper/attribute";
import { numberOf } from "./helper/attribute";
import { groupNormalized } from "./helper/groupNormalized";
import type { Upgrade } from "./upgrade";

/**
 * GroupNormalization: https://onnx.ai/onnx/operators/onnx__GroupNormalization.html. Before opset 21 it had one scale and bias per
 * group.
 */
export const groupNormalization =
  (per: "group" | "channel"): Upgrade =>
  (g: Builder, node, refuse) => {
    const [x, scale, bias] = node.inputs as [string, string, string];
    const groups = maybeInt(node, "num_groups");
    if (!groups) throw refuse("does not say its number of groups");
    const epsilon = numberOf(node, "epsilon", 1e-5);
    return groupNormalized(g, node, { x, scale, bias, groups, epsilon, per });
  };
