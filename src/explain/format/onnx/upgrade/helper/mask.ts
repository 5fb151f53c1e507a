import type { Builder } from "../../../../graph/builder";
import { integer, placesAlong } from "./shape";

/** Masks are terms of the scores: 0 where a query may look at a key, −∞ (or a large negative number) where not. */

/** The term of a condition: 0 where it holds, else `hidden`. */
export function maskWhere(g: Builder, allowed: string, like: string, hidden = -Infinity): string {
  return g.op("Where", [allowed, g.scalar(0, like), g.scalar(hidden, like)]);
}

/** Which keys a query may look at by its position p: from p − left to p + right. */
export interface Reach {
  readonly left: number;
  readonly right: number;
}

/**
 * Where query i of `q` [N, H, L, d], which stands at p = i + `offset` (absent = 0), may look at key j of `k` [N, H, S, d]: bool
 * [L, S], or [N, 1, L, S] for an offset per image. `undefined` = everywhere.
 */
export function withinReach(
  g: Builder,
  q: string,
  k: string,
  { left, right }: Reach,
  offset?: string,
): string | undefined {
  const own = g.op("Unsqueeze", [placesAlong(g, q, 2), g.ints([1])]);
  const place = offset ? g.op("Add", [own, offset]) : own;
  const keys = placesAlong(g, k, 2);
  const distance = g.op("Sub", [keys, place]);
  const conditions = [
    ...(right < Infinity ? [g.op("LessOrEqual", [distance, integer(g, right)])] : []),
    ...(left < Infinity ? [g.op("GreaterOrEqual", [distance, integer(g, -left)])] : []),
  ];
  return conditions.length === 0 ? undefined : conditions.reduce((a, b) => g.op("And", [a, b]));
}

/** Where key j of `k` [N, H, S, d] is one of the first `lengths` [N]: bool [N, 1, 1, S]. */
export function withinLength(g: Builder, k: string, lengths: string): string {
  return g.op("Less", [placesAlong(g, k, 2), perImage(g, lengths)]);
}

/** One integer per image, as int64 [N, 1, 1, 1]. */
export function perImage(g: Builder, values: string): string {
  const wide = g.op("Cast", [values], { to: "int64" });
  return g.op("Reshape", [wide, g.ints([-1, 1, 1, 1])]);
}

/** The sum of the terms that are there; absent inputs are empty names. */
export function sumOf(g: Builder, terms: readonly (string | undefined)[]): string | undefined {
  const present = terms.filter((term) => Boolean(term)) as string[];
  return present.length === 0 ? undefined : present.reduce((a, b) => g.op("Add", [a, b]));
}
