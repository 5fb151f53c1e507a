import { SightlineError } from "../error";
import { gradient } from "../gradient";
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

const title = "Gradient attention rollout";

/**
 * Gradient-weighted attention rollout — Chefer et al., ICCV 2021, https://arxiv.org/abs/2103.15679, §3.1, equations 5 and 6 (self-attention): R = I, then for each layer
 * R ← R + Ā·R with Ā = the mean over heads of (∂y/∂A ⊙ A)⁺.
 *
 * As in {@link attentionRollout}, only the row that the head reads is carried through; what it has of itself, R = I, is not part of the map.
 */
export const gradientAttentionRollout = method({
  id: "gradientAttentionRollout",
  title,
  paper: "Chefer et al., ICCV 2021",
  formula:
    "the head's row of (I + Ā_L)·…·(I + Ā_1) − I, Ā = mean over heads of ReLU(∂y_c/∂A ⊙ A) (eq. 5–6)",
  family: "attention",
  readsAt: "input",
  final: "none",
  parameters: rolloutParameters,
  refuses: (subject) => withoutRollout(title, subject),
  plan(g, { anatomy, classes, score, seed }, fusion) {
    const attention = tokenAttention(g, anatomy);
    const { matrices, reads } = attention;
    const all = typeof reads === "object" ? [...matrices, reads.query] : matrices;
    const gradients = gradient(g, { of: score, wrt: all, seed, classes });
    const weighted = all.map((weights, i) => {
      const slope = gradients[i];
      if (slope === undefined) throw unread(weights);
      const byGradient = byHead(g, slope, weights, anatomy, classes > 1 ? 1 : 0);
      const product = g.op("Mul", [byGradient, byHead(g, weights, weights, anatomy)]);
      return fuseHeads(g, g.op("Relu", [product]), fusion);
    });
    const start =
      typeof reads === "object" ? weighted.pop()! : readShares(g, matrices[0]!, attention);
    const row = weighted.reduceRight((sum, matrix) => {
      return g.op("Add", [sum, g.op("MatMul", [sum, matrix])]);
    }, start);
    const gained = typeof reads === "object" ? row : g.op("Sub", [row, start]);
    return onGrid(g, gained, attention);
  },
});

function unread(weights: string): SightlineError {
  return new SightlineError("method", `The score does not depend on the attention “${weights}”.`, {
    layer: weights,
  });
}
