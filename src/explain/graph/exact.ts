/** A number as text that no other number has: −0 is not 0 here. */
export function exactText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** JSON in which every number is itself: JSON has neither ±∞ nor NaN (it writes null), and no −0. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "number" && (!Number.isFinite(item) || Object.is(item, -0))
      ? { number: exactText(item) }
      : item,
  );
}
