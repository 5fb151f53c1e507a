import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { maybeInt } from "../../../../op/helper/attribute";
import type { Refuse } from "../../attribute";
import { numberOf } from "../helper/attribute";
import { last } from "../helper/step";
import { rotary } from "../helper/rotary";
import { placesAlong } from "../helper/shape";
import type { Upgrade } from "../upgrade";

/** Like that of opset 23 with other inputs: the  come second, as one number that the first token has or for each token. */
function rotaryEmbedding(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, ids, cosCache, sinCache] = node.inputs as [string, string, string, string];
  if (maybeInt(node, "is_packed_batching") === 1) {
    throw refuse("with packed batches is not supported");
  }
  const isFlat = g.dims(x).length === 3;
  const size = numberOf(node, "rotary_embedding_dim", 0);
  const places = placesOf(g, x, ids, isFlat ? 1 : 2);
  const [cos, sin] = [cosCache, sinCache].map((cache) =>
    g.op("Gather", [cache, places], { axis: 0 }),
  );
  const heads = isFlat ? headsOf(g, node, x, cosCache, refuse) : undefined;
  const interleaved = maybeInt(node, "interleaved") === 1;
  const y = rotary(g, { x, heads, cos: cos!, sin: sin!, size, interleaved });
  return last(node, "Identity", [y]);
}

/** The position of every token: [N, L] or [1, L]. */
function placesOf(g: Builder, x: string, ids: string, axis: number): string {
  if (g.dims(ids).length === 2) return ids;
  const places = g.op("Add", [placesAlong(g, x, axis), ids]);
  return g.op("Unsqueeze", [places, g.ints([0])]);
}

/** As many as are said, or as many as the tables are wide for. */
function headsOf(g: Builder, node: Node, x: string, cos: string, refuse: Refuse): number {
  const given = numberOf(node, "num_heads", 0);
  if (given > 0) return given;
  const [hidden, half] = [g.dims(x)[2], g.dims(cos)[1]];
  if (typeof hidden === "number" && typeof half === "number") return hidden / (2 * half);
  throw refuse("does not say its number of heads");
}

export const rotaryEmbeddings: Readonly<Record<string, Upgrade>> = {
  RotaryEmbedding: rotaryEmbedding,
};
