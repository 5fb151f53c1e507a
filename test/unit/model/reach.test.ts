import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { classifier, features, named } from "../../helper/classifier";

type Weight = (dims: number[]) => string;

/** [N,C,8,8] → [N,1+64,C] called `tokens`, a class token in front. */
function withClassToken(g: Builder, map: string, w: Weight): string {
  const [batch, channels] = g.dims(map) as [string, number];
  const grid = g.op("Transpose", [g.reshape(map, [batch, channels, 64])], { perm: [0, 2, 1] });
  const count = g.op("Shape", [grid], { start: 0, end: 1 });
  const size = g.op("Concat", [count, g.ints([1, channels])], { axis: 0 });
  const token = g.op("Expand", [w([1, 1, channels]), size]);
  return named(g, "tokens", "Concat", [token, grid], { axis: 1 });
}

/** Whether the score depends on the places of the tokens when it reads what `between` makes of the class token. */
function isReached(between: (g: Builder, tokens: string, w: Weight) => string): boolean {
  const { anatomy } = classifier((g, x, w) => {
    const last = between(g, withClassToken(g, features(g, x, w, 6, "map"), w), w);
    const token = g.op("Gather", [last, g.ints([0])], { axis: 1 });
    return named(g, "logits", "MatMul", [g.op("Flatten", [token]), w([6, 3])]);
  });
  return anatomy.layers.find(({ name }) => name === "tokens")!.reached;
}

const turned = (g: Builder, x: string) => g.op("Transpose", [x], { perm: [0, 2, 1] });
const convolved = (size: number) => (g: Builder, x: string, w: Weight) =>
  turned(
    g,
    g.op("Conv", [turned(g, x), w([6, 6, size])], { pads: [(size - 1) / 2, (size - 1) / 2] }),
  );

const cases: [claim: string, reached: boolean, between: Parameters<typeof isReached>[0]][] = [
  ["a linear layer", false, (g, x, w) => g.op("MatMul", [x, w([6, 6])])],
  ["a convolution over one token at a time", false, convolved(1)],
  ["a convolution over neighbouring tokens", true, convolved(3)],
  ["a softmax over channels", false, (g, x) => g.op("Softmax", [x], { axis: 2 })],
  ["a softmax over tokens", true, (g, x) => g.op("Softmax", [x], { axis: 1 })],
  ["a logarithm of a softmax over tokens", true, (g, x) => g.op("LogSoftmax", [x], { axis: -2 })],
  [
    "a normalization of each token",
    false,
    (g, x, w) => g.op("LayerNormalization", [x, w([6])], { axis: -1 }),
  ],
  [
    "a normalization over all tokens",
    true,
    (g, x, w) => g.op("LayerNormalization", [x, w([65, 6])], { axis: 1 }),
  ],
  [
    "a sum over the tokens so far",
    true,
    (g, x) =>
      g.op("CumSum", [x, g.constant({ type: "int64", dims: [], data: new Float64Array([1]) })]),
  ],
];

describe("where the score reads the class token, the places of the tokens count behind", () => {
  for (const [claim, reached, between] of cases) {
    test(`${claim}: ${reached ? "yes" : "no"}`, () => expect(isReached(between)).toBe(reached));
  }
});

test("patches that are only put beside the class token are not reached", () => {
  const { anatomy } = classifier((g, x, w) => {
    const map = features(g, x, w, 6, "map");
    const grid = turned(g, g.reshape(map, ["N", 6, 64]));
    const behind = named(g, "behind", "Relu", [grid]);
    const pooled = g.op("ReduceMean", [g.op("MatMul", [grid, w([6, 6])]), g.ints([1])]);
    const all = named(g, "tokens", "Concat", [pooled, behind], { axis: 1 });
    const token = g.op("Gather", [all, g.ints([0])], { axis: 1 });
    return named(g, "logits", "MatMul", [g.op("Flatten", [token]), w([6, 3])]);
  });
  const reached = Object.fromEntries(anatomy.layers.map((layer) => [layer.name, layer.reached]));
  expect(reached).toMatchObject({ map: true, behind: false, tokens: false });
});
