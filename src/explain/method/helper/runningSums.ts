import type { Tensor } from "../../tensor";

/** Sums over the images of many runs, of as many numbers for each class: float64, since thousands of float32 numbers come together. */
export class RunningSums {
  /** One for each class. */
  readonly byClass: readonly Float64Array[];

  /** @param length how many numbers there are for each class. */
  constructor(classes: number, length: number) {
    this.byClass = Array.from({ length: classes }, () => new Float64Array(length));
  }

  /** Adds the sums of a run, [K,…] or, for one class, […]. */
  add({ data }: Pick<Tensor, "data">): void {
    this.byClass.forEach((sum, k) => {
      const from = k * sum.length;
      for (let i = 0; i < sum.length; i++) sum[i]! += data[from + i]!;
    });
  }

  /** The sums times a factor, as float32. */
  scaled(factor: number): readonly Float32Array[] {
    return this.byClass.map((sum) => {
      const result = new Float32Array(sum.length);
      for (let i = 0; i < sum.length; i++) result[i] = factor * sum[i]!;
      return result;
    });
  }

  /** The sum of all numbers of each class. */
  totals(): readonly number[] {
    return this.byClass.map((sum) => {
      let total = 0;
      for (let i = 0; i < sum.length; i++) total += sum[i]!;
      return total;
    });
  }
}
