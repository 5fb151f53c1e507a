import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { excitation } from "../../../src/explain/method/excitation/rules";
import { wayBetween } from "../../../src/explain/method/excitation/way";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";

/** A propagation through what `build` makes of `x`, from the given probabilities of its result. */
function backwards(x: Tensor, p: Tensor, build: (g: Builder, x: string) => string): number[] {
  const g = new Builder("test");
  const name = g.input("x", x.type, x.dims);
  const y = build(g, name);
  const way = wayBetween(g.finish([y]), name, y);
  const seed = g.input("p", p.type, p.dims);
  const rules = excitation({ way, kept: new Set([name, y]) });
  const [arrived] = gradient(g, { of: y, wrt: [name], seed, rules });
  return [...evaluate(g.finish([arrived!]), { x, p })[arrived!]!.data];
}
const numbers = (values: number[], dims: number[]) => tensor("float64", values, dims);
const weights = (g: Builder, values: number[], dims: number[]) =>
  g.parameter("w", numbers(values, dims));

describe("the rules by hand", () => {
  test("two layers: only positive weights excite, and the bias does not", () => {
    // Hidden: z = [1·2, 1·1 + 2·3] = [2, 7] by positive weights; p = [0.5, 0.5] comes from equal outputs behind a bias.
    const p = backwards(numbers([1, 2], [1, 2]), numbers([0.5, 0.5], [1, 2]), (g, x) =>
      g.op("Gemm", [x, weights(g, [2, 1, -4, 3], [2, 2]), g.constant(numbers([5, -5], [2]))]),
    );
    close(p, [0.5 + 0.5 / 7, (0.5 * 6) / 7], 1e-12, "p");
  });

  test("two negatives excite together, and a unit that nothing excites keeps nothing", () => {
    const p = backwards(numbers([-1, 2], [1, 2]), numbers([0.6, 0.4], [1, 2]), (g, x) =>
      g.op("MatMul", [x, weights(g, [-3, 5, 1, -1], [2, 2])]),
    );
    close(p, [(0.6 * 3) / 5, (0.6 * 2) / 5], 1e-12, "p");
  });

  test("a negative alpha turns the weights round", () => {
    const p = backwards(numbers([1, 2], [1, 2]), numbers([1], [1, 1]), (g, x) =>
      g.op("Gemm", [x, weights(g, [-3, 5], [2, 1])], { alpha: -2 }),
    );
    close(p, [1, 0], 1e-12, "p");
  });

  test("a sum shares in proportion, with signs, and gives 0 where it is 0", () => {
    const x = numbers([1, -2, 3], [1, 3]);
    const share = backwards(x, numbers([0.5, 0.3, 0.2], [1, 3]), (g, name) =>
      g.op("Add", [
        name,
        g.op("Relu", [g.op("MatMul", [name, weights(g, [0, 0, 0, 0, 0, 0, 1, 2, 3], [3, 3])])]),
      ]),
    );
    // y = relu(3·[1,2,3]) = [3,6,9]; x + y = [4,4,12]; the second summand's share all goes to x₃.
    close(
      share,
      [0.5 / 4, (0.3 * -2) / 4, (0.2 * 3) / 12 + (0.5 * 3) / 4 + (0.3 * 6) / 4 + (0.2 * 9) / 12],
      1e-12,
      "p",
    );
    const opposite = backwards(x, numbers([1, 1, 1], [1, 3]), (g, name) =>
      g.op("Add", [name, g.op("Neg", [name])]),
    );
    expect(opposite.map(Math.abs)).toEqual([0, 0, 0]);
  });

  test("a difference is the sum with the negative", () => {
    const p = backwards(numbers([4, 2], [1, 2]), numbers([1], [1, 1]), (g, x) => {
      const [a, b] = [0, 1].map((i) =>
        g.op("Slice", [x, g.ints([i]), g.ints([i + 1]), g.ints([1])]),
      );
      return g.op("Sub", [a!, b!]);
    });
    close(p, [2, -1], 1e-12, "p");
  });

  test("of equal maxima the first wins all", () => {
    const p = backwards(numbers([1, 1, 1, 1], [1, 1, 2, 2]), numbers([1], [1, 1, 1, 1]), (g, x) =>
      g.op("MaxPool", [x], { kernel_shape: [2, 2] }),
    );
    expect(p).toEqual([1, 0, 0, 0]);
  });

  test("a mean shares in proportion among what is positive", () => {
    const p = backwards(numbers([1, 3, -5, 0], [1, 1, 2, 2]), numbers([1], [1, 1, 1, 1]), (g, x) =>
      g.op("GlobalAveragePool", [x]),
    );
    close(p, [0.25, 0.75, 0, 0], 1e-12, "p");
  });

  test("beyond the bound of a Relu6 nothing is passed on, as PyTorch's gradient has it", () => {
    const p = backwards(numbers([-1, 3, 7], [1, 3]), numbers([1, 1, 1], [1, 3]), (g, x) =>
      g.op("Clip", [x, g.scalar(0, x), g.scalar(6, x)]),
    );
    expect(p.map(Math.abs)).toEqual([0, 1, 0]);
  });
});
