import type { Dim } from "../../graph/graph";
import type { ShapeContext } from "../op";

/**
 * Shape arithmetic of a broadcasting operator: `f` of every pair of elements. `undefined` when an element is unknown or `f`
 * cannot tell.
 */
export function pairInts(
  context: ShapeContext,
  f: (a: Dim, b: Dim) => Dim | undefined,
): readonly Dim[] | undefined {
  const a = context.ints(0);
  const b = context.ints(1);
  if (!a || !b || context.inputs.some((input) => input!.dims.length > 1)) return undefined;
  const length = a.length === 1 ? b.length : a.length;
  const result = Array.from({ length }, (_, i) =>
    f(a[a.length === 1 ? 0 : i]!, b[b.length === 1 ? 0 : i]!),
  );
  return result.every((dim) => dim !== undefined) ? result : undefined;
}

/** Shape arithmetic of operators that hand their first input on. */
export function sameInts(context: ShapeContext): readonly Dim[] | undefined {
  return context.ints(0);
}

/**
 * Shape arithmetic of comparisons, `f` of two numbers. A size that is only a name is never negative: `f` is known where it says the same
 * of 0 and of any more.
 */
export function compareInts(
  context: ShapeContext,
  f: (a: number, b: number) => boolean,
): readonly Dim[] | undefined {
  return pairInts(context, (a, b) => {
    const [least, most] = [0, Infinity].map((size) =>
      f(typeof a === "number" ? a : size, typeof b === "number" ? b : size),
    );
    const bothOpen = typeof a === "string" && typeof b === "string";
    return bothOpen || least !== most ? undefined : Number(least);
  });
}
