/**
 * A probability in words, the same everywhere: `87 %`, `8.1 %`, `99.3 %`, `< 0.1 %`, `> 99.9 %`. A network is never so sure that 0 or 100 would be
 * right, and next to another number either would claim it.
 */
export function percent(probability: number): string {
  const value = probability * 100;
  if (!Number.isFinite(value)) return "no number";
  if (value < 0.1) return "< 0.1 %";
  if (value > 99.9) return "> 99.9 %";
  return `${value < 9.95 || value > 99 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** What stands beside a class: its probability or, where nothing makes one of the score, the score itself. */
export function strength(value: number, activation: "softmax" | "sigmoid" | "none"): string {
  if (activation !== "none") return percent(value);
  return Number.isFinite(value) ? value.toPrecision(4) : "no number";
}
