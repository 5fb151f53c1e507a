/** Three significant digits, without an exponent where it can be avoided; with a true minus sign, as text to read has it. */
export function number(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const digits =
    size >= 1e5 || size < 1e-3 ? size.toExponential(1) : String(Number(size.toPrecision(3)));
  return value < 0 ? `−${digits}` : digits;
}

/** What is counted, of one in the singular: “masks”, “mask”. */
export function counted(count: number, unit: string): string {
  return count === 1 ? unit.replace(/s$/, "") : unit;
}
