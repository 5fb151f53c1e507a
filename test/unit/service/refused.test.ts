import { expect, test } from "vitest";
import { gradCam } from "../../../src/explain/method/gradCam";
import { mwp } from "../../../src/explain/method/mwp";
import type { Profile } from "../../../src/explain/profile/profile";
import { asked } from "../../../src/explain/service/program";
import { withoutRefused } from "../../../src/explain/service/question";
import { classifier, features } from "../../helper/classifier";
import { questionOf } from "../../helper/referenceSession";

/** Its one score is the sum of two branches, so that no one layer makes it. */
const model = classifier((g, x, w) => {
  const [first, second] = ["a", "b"].map((name) => {
    const pooled = g.op("ReduceMean", [features(g, x, w, 4, name), g.ints([2, 3])], {
      keepdims: 0,
    });
    return g.op("MatMul", [pooled, w([4, 1])]);
  });
  return g.op("Add", [first!, second!]);
});
const question = questionOf({ layer: "a", methods: [asked(mwp), asked(gradCam)] });
const refusedOf = (labels: readonly string[]) => {
  const profile = { activation: "sigmoid", labels } as unknown as Profile;
  const named = { ...model, file: "test.onnx", identity: "test" };
  return withoutRefused(named, { ...question, profile }).refused.map(({ method, cause }) => [
    method,
    cause.message,
  ]);
};

test("of two classes of a single output, MWP is refused where it has no dual, before any run, and the others go on", () => {
  const [refused, ...others] = refusedOf(["cat", "dog"]);
  expect(others).toEqual([]);
  expect(refused).toEqual([
    "mwp",
    expect.stringMatching(/^test\.onnx: MWP of what speaks against/),
  ]);
  expect(refusedOf(["dog"])).toEqual([]);
});
