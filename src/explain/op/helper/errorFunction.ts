/**
 * erf to double precision (Abramowitz & Stegun): up to |x| = 3 the series without alternating signs,
 * 2/√π · e^(−x²) · Σ 2ⁿ·x^(2n+1) / (1·3·…·(2n+1)) (7.1.6); beyond, the continued fraction of 1 − erf (7.1.14).
 */
export function errorFunction(x: number): number {
  const a = Math.abs(x);
  if (!(a <= 6)) return Math.sign(x);
  const bell = Math.exp(-a * a) / Math.sqrt(Math.PI);
  if (a > 3) return Math.sign(x) * (1 - bell / continuedFraction(a));
  let sum = 0;
  let term = a;
  for (let n = 1; sum + term > sum; n++) {
    sum += term;
    term *= (2 * a * a) / (2 * n + 1);
  }
  return Math.sign(x) * 2 * bell * sum;
}

/** x + (1/2)/(x + 1/(x + (3/2)/(x + …))) */
function continuedFraction(x: number): number {
  let value = x;
  for (let k = 60; k > 0; k--) value = x + k / 2 / value;
  return value;
}
