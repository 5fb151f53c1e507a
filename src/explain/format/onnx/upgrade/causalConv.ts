import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import { alsoMakes, last, sliced, toTheEnd } from "./helper/step";
import type { Rule } from "./upgrade";

/**
 * CausalConvWithState: https://onnx.ai/onnx/operators/onnx__CausalConvWithState.html
 *
 * A depthwise convolution of [N, C, L] that sees the past only: what was before comes first, or zeros.
 */
function causalConv(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, weight, bias, past] = node.inputs as [string, string, string?, string?];
  const [channels, , size] = g.dims(weight);
  if (typeof channels !== "number" || typeof size !== "number") {
    throw refuse("has a kernel of unknown size");
  }
  const before = size - 1;
  const whole = past
    ? g.op("Concat", [past, x], { axis: 2 })
    : g.op("Pad", [x, g.ints([before, 0]), "", g.ints([2])]);
  const state = () =>
    before > 0 ? sliced(g, whole, 2, [-before, toTheEnd]) : sliced(g, whole, 2, [0, 0]);
  alsoMakes(g, node, 1, state);
  const inputs = [whole, weight, ...(bias ? [bias] : [])];
  const { activation = "none" } = node.attributes;
  if (activation === "none") return last(node, "Conv", inputs, { group: channels });
  const conv = g.op("Conv", inputs, { group: channels });
  return last(node, "Mul", [conv, g.op("Sigmoid", [conv])]);
}

export const causalConvs: readonly Rule[] = [{ op: "CausalConvWithState", upgrade: causalConv }];
