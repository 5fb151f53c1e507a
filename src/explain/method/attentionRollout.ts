import type { Builder } from "../graph/builder";
import { tensor } from "../tensor";
import { forEachClass } from "./helper/activation";
import {
  byHead,
  fuseHeads,
  onGrid,
  readShares,
  rolloutParameters,
  tokenAttention,
  withoutRollout,
} from "./helper/rollout";
import { method } from "./method";

const title = "Attention rollout";

/**
 * Attention rollout — Abnar and Zuidema, ACL 2020, https://arxiv.org/abs/2005.00928, §3, equation 1 with the residual connections of §3's first paragraph: how much of
 * each patch reaches the token that the head reads, if attention were all that mixes tokens.
 *
 * The row that the head reads is multiplied through from the last layer to the first, which is that row of the whole product.
 */
export const attentionRollout = method({
  id: "attentionRollout",
  title,
  paper: "Abnar and Zuidema, ACL 2020",
  formula:
    "the head's row of Ā_L · … · Ā_1, Ā = ½A + ½I with rows that sum to 1, A = mean over heads (eq. 1)",
  family: "attention",
  readsAt: "input",
  final: "none",
  // Every patch has a share: what all of them have says nothing of places.
  level: "free",
  parameters: rolloutParameters,
  caution:
    "Attention rollout does not ask for a class: it shows what is attended to, whatever the class.",
  refuses: (subject) => withoutRollout(title, subject),
  plan(g, { anatomy, classes }, fusion) {
    const attention = tokenAttention(g, anatomy);
    const { matrices, reads } = attention;
    const fused = (weights: string) => fuseHeads(g, byHead(g, weights, weights, anatomy), fusion);
    let row =
      typeof reads === "object" ? fused(reads.query) : readShares(g, matrices[0]!, attention);
    for (const weights of matrices.toReversed()) {
      row = g.op("MatMul", [row, withResidual(g, fused(weights))]);
    }
    return forEachClass(g, onGrid(g, row, attention), classes);
  },
});

/** ½A + ½I, each row divided by its sum: [N,T,T]. */
function withResidual(g: Builder, matrix: string): string {
  const tokens = g.dims(matrix).at(-1) as number;
  const unit = Array.from({ length: tokens ** 2 }, (_, i) => (i % (tokens + 1) === 0 ? 0.5 : 0));
  const half = g.op("Mul", [matrix, g.scalar(0.5, matrix)]);
  const sum = g.op("Add", [half, g.constant(tensor(g.type(matrix), unit, [tokens, tokens]))]);
  return g.op("Div", [sum, g.op("ReduceSum", [sum, g.ints([-1])], { keepdims: 1 })]);
}
