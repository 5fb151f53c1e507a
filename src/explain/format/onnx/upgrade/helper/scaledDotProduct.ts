import { GraphError } from "../../../../error";
import type { Builder } from "../../../../graph/builder";
import { transposed } from "../../../../op/helper/matrix";
import type { DType } from "../../../../tensor";

/** Attention with everything laid out: q [N, H, L, d], k [N, H, S, d], v [N, H, S, e]. */
export interface ScaledDotProduct {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  /** 1/√d unless given. */
  readonly scale?: number | undefined;
  /** Bends the scores: c·tanh(scores / c). */
  readonly softcap?: number | undefined;
  /** A term of the scores; broadcasts to [N, H, L, S]. */
  readonly mask?: string | undefined;
  /** Whether the mask may hide every key from a query, which then gets 0 instead of NaN. */
  readonly mayHideAll?: boolean;
  /** The element type of the softmax; that of q unless given. */
  readonly precision?: DType | undefined;
}

/** What attention computes on its way, each [N, H, L, S]. */
export type Stage = "scores" | "capped" | "masked" | "weights";

export interface Attended {
  /** [N, H, L, e] */
  readonly y: string;
  /** Adds what is still missing for it. */
  stage(wanted: Stage): string;
}

/**
 * softmax(q·kᵀ·scale + mask)·v in the operators that PyTorch's exporter writes, so that what looks for a Softmax between two MatMul
 * finds this one too.
 */
export function scaledDotProduct(g: Builder, inputs: ScaledDotProduct): Attended {
  const { q, k, v, softcap = 0, mask, precision = g.type(q) } = inputs;
  const scaled = g.op("Mul", [q, g.scalar(inputs.scale ?? standardScale(g, q), q)]);
  const scores = g.op("MatMul", [scaled, transposed(g, k)]);
  const capped = softcap > 0 ? bent(g, scores, softcap) : scores;
  const sees = mask && inputs.mayHideAll ? seesAny(g, mask) : undefined;
  const add = (term: string | undefined) => (term ? g.op("Add", [capped, term]) : capped);
  const masked = add(sees && mask ? g.op("Where", [sees, mask, g.scalar(0, q)]) : mask);
  const weights = cast(g, g.op("Softmax", [cast(g, masked, precision)]), g.type(q));
  const rows = sees && g.op("Cast", [sees], { to: g.type(q) });
  const kept = (value: string) => (rows ? g.op("Mul", [value, rows]) : value);
  const stages: Readonly<Record<Stage, () => string>> = {
    scores: () => scores,
    capped: () => capped,
    masked: () => add(mask),
    weights: () => kept(weights),
  };
  return { y: kept(g.op("MatMul", [weights, v])), stage: (wanted) => stages[wanted]() };
}

function standardScale(g: Builder, q: string): number {
  const size = g.dims(q).at(-1);
  if (typeof size === "number") return 1 / Math.sqrt(size);
  throw new GraphError(q, "is a query of unknown size");
}

function bent(g: Builder, scores: string, cap: number): string {
  const limit = g.scalar(cap, scores);
  return g.op("Mul", [g.op("Tanh", [g.op("Div", [scores, limit])]), limit]);
}

/** Whether a query may look at any key: bool […, L, 1]. */
function seesAny(g: Builder, mask: string): string {
  const best = g.op("ReduceMax", [mask, g.ints([-1])], { keepdims: 1 });
  return g.op("Not", [g.op("Equal", [best, g.scalar(-Infinity, mask)])]);
}

function cast(g: Builder, x: string, to: DType): string {
  return g.type(x) === to ? x : g.op("Cast", [x], { to });
}
