import { expect, test } from "vitest";
import { asGrid, finished } from "../../../src/explain/service/grid";
import { describeMap, unstack } from "../../../src/explain/service/map";
import { cam } from "../../../src/explain/method/cam";
import { gradCam } from "../../../src/explain/method/gradCam";
import { occlusion } from "../../../src/explain/method/occlusion";
import { rise } from "../../../src/explain/method/rise";
import type { Method } from "../../../src/explain/method/method";
import { asked } from "../../../src/explain/service/program";
import type { Question } from "../../../src/explain/service/question";
import { tensor } from "../../../src/explain/tensor";

const question = { score: "logit", classes: { top: 1 } } as Question;
const dog = { index: 1, label: "dog", logit: 2, probability: 0.9 };

function describe(values: number[], method: Method = gradCam, prediction = dog) {
  const map = { dims: [1, values.length], data: Float32Array.from(values) };
  return describeMap({ maps: [map] }, 0, asked(method), prediction, { name: "conv5" }, question);
}

test("a stack of two classes gives two maps without batch axis", () => {
  const maps = unstack(tensor("float32", [1, 2, 3, 4], [2, 1, 1, 2]), 2);
  expect(maps.map(({ dims, data }) => [dims, [...data]])).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ]);
});

test("one class has no class axis", () => {
  expect(unstack(tensor("float32", [1, 2], [1, 1, 2]), 1)[0]!.dims).toEqual([1, 2]);
});

test("the signed sum is kept and the ReLU is the last step", () => {
  const map = describe([-1, 2]);
  expect([...map.data]).toEqual([-1, 2]);
  expect([...finished(map)]).toEqual([0, 2]);
  expect([...finished(describe([-1, 2], cam))]).toEqual([-1, 2]);
});

test("where the layer lies goes with the map, unless the method reads the image", () => {
  const extent = { x0: 0, y0: 0, x1: 0.5, y1: 0.5 };
  const at = (method: Method) => {
    const map = { dims: [1, 1], data: Float32Array.of(1) };
    const layer = { name: "conv5", extent };
    return describeMap({ maps: [map] }, 0, asked(method), dog, layer, question);
  };
  expect(at(gradCam).extent).toEqual(extent);
  expect(asGrid(at(gradCam))).toMatchObject({ width: 1, height: 1, extent });
  expect(at({ ...gradCam, readsAt: "input" })).not.toHaveProperty("extent");
  expect(describe([1])).not.toHaveProperty("extent");
});

const blanks: [claim: string, values: number[], method: Method, reason: RegExp | undefined][] = [
  ["a map with positive evidence is not blank", [-1, 2], gradCam, undefined],
  ["all evidence negative is said", [-1, -2], gradCam, /speaks against “dog”/],
  ["negative and zero evidence is said too", [-1, 0], gradCam, /speaks against/],
  ["of a signed map too", [-1, -2], cam, /speaks against “dog”/],
  ["a signed map with some evidence for it is not blank", [1, -2], cam, undefined],
  ["what has no level of its own speaks neither for nor against", [-3, -1], rise, undefined],
  ["one value everywhere tells no places apart", [2, 2], occlusion, /same value everywhere \(2\)/],
  ["rounding alone does not either", [-7, -7.000001], rise, /same value everywhere \(−7\)/],
  ["a zero gradient is said, and what to do", [0, 0], gradCam, /zero everywhere.*earlier/],
  ["NaN is said, not drawn", [NaN, 1], gradCam, /map of “dog” has values that are not numbers/],
  ["an infinite value too", [Infinity, 1], gradCam, /an operator on the way back has no slope/],
];

for (const [claim, values, method, reason] of blanks) {
  test(claim, () => {
    const { blank } = describe(values, method);
    if (reason) expect(blank).toMatch(reason);
    else expect(blank).toBeUndefined();
  });
}

test("where the scores themselves are no numbers, the model is to blame and no class is named", () => {
  // Not every way back meets what made the scores so.
  for (const values of [
    [NaN, 1],
    [0, 1],
  ]) {
    const { blank } = describe(values, gradCam, { ...dog, logit: NaN });
    expect(blank).toMatch(/^The class scores of this image are not numbers/);
    expect(blank).not.toContain("dog");
  }
});

test("a class among the best that is compared with itself says so", () => {
  const map = { dims: [1, 2], data: new Float32Array(2) };
  const versus = { class: dog.index };
  const asking = { ...question, versus };
  const of = (prediction: typeof dog) =>
    describeMap({ maps: [map] }, 0, asked(gradCam), prediction, { name: "conv5" }, asking).blank;
  expect(of(dog)).toBe(
    "There is no map of “dog” rather than itself: choose another class to compare with.",
  );
  expect(of({ ...dog, index: 0, label: "cat" })).toMatch(/“cat” rather than class 1/);
});
