import { expect } from "vitest";

export interface Difference {
  readonly mean: number;
  readonly max: number;
}

/** How far two pictures of the same size lie apart, in grey levels. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): Difference {
  expect(a.length).toBe(b.length);
  let sum = 0;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs(a[i]! - b[i]!);
    sum += distance;
    max = Math.max(max, distance);
  }
  return { mean: sum / a.length, max };
}

/** Bytes that a fixture holds as base64. */
export const bytesOf = (base64: string): Uint8Array =>
  new Uint8Array(Buffer.from(base64, "base64"));
