import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { maybeInt } from "../../../op/helper/attribute";
import type { Refuse } from "../attribute";
import { numberOf } from "./helper/attribute";
import { last } from "./helper/step";
import { rotary } from "./helper/rotary";
import type { Rule } from "./upgrade";

/**
 * RotaryEmbedding of opset 23: https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html
 *
 * With position_ids the caches are tables [positions, r/2], else they are there for every token.
 */
function rotaryEmbedding(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, cosCache, sinCache, ids] = node.inputs as [string, string, string, string | undefined];
  const heads = maybeInt(node, "num_heads");
  const isFlat = g.dims(x).length === 3;
  if (isFlat && !heads) throw refuse("has an input of three axes, but no num_heads");
  const [cos, sin] = [cosCache, sinCache].map((cache) =>
    ids ? g.op("Gather", [cache, ids], { axis: 0 }) : cache,
  );
  const size = numberOf(node, "rotary_embedding_dim", 0);
  const interleaved = maybeInt(node, "interleaved") === 1;
  const y = rotary(g, {
    ...{ x, heads: isFlat ? heads : undefined, size, interleaved },
    ...{ cos: cos!, sin: sin! },
  });
  return last(node, "Identity", [y]);
}

export const rotaryEmbeddings: readonly Rule[] = [
  { op: "RotaryEmbedding", upgrade: rotaryEmbedding },
];
