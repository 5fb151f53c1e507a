import { describe, expect, test } from "vitest";
import type { AttributionMap } from "../../../src/explain/api";
import { diskFiles } from "../../../src/explain/file/disk";
import { ablationCam } from "../../../src/explain/method/ablationCam";
import { fem } from "../../../src/explain/method/fem";
import { gradCam } from "../../../src/explain/method/gradCam";
import { guidedGradCam } from "../../../src/explain/method/guidedGradCam";
import { hiResCam } from "../../../src/explain/method/hiResCam";
import { integratedGradients } from "../../../src/explain/method/integratedGradients";
import { occlusion } from "../../../src/explain/method/occlusion";
import { rise } from "../../../src/explain/method/rise";
import { smoothGrad } from "../../../src/explain/method/smoothGrad";
import { smoothGradCamPlusPlus } from "../../../src/explain/method/smoothGradCamPlusPlus";
import type { Profile } from "../../../src/explain/profile/profile";
import { onnxruntimeRuntime } from "../../../src/explain/runtime/onnxruntime/onnxruntime";
import { asked } from "../../../src/explain/service/program";
import type { Question } from "../../../src/explain/service/question";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead } from "../../helper/classifier";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const runtime = onnxruntimeRuntime(diskFiles());
const net = classifier(
  (g, x, w) => linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 4),
  ["N", 3, 16, 12],
  "float32",
);
const { dims, data } = normal([1, 3, 16, 12], 5, "float32");
/** So faint that no probability is 0 or 1. */
const image = tensor(
  "float32",
  data.map((value) => value / 20),
  dims,
);

type Asked = Partial<Question>;
const questions = (asking: readonly Asked[]) =>
  asking.map((one) => questionOf({ layer: "b", methods: [asked(gradCam)], ...one }));

/** Asks one session after another question, and one that was never asked before. */
async function second(asking: readonly [Asked, Asked], subject = net) {
  const [before, question] = questions(asking) as [Question, Question];
  const session = sessionOn(subject, runtime);
  const { maps: earlier } = await session.answer(image, before);
  const { maps } = await session.answer(image, question);
  const fresh = await sessionOn(subject, runtime).answer(image, question);
  return { earlier, maps, fresh: fresh.maps };
}

/** How far numbers lie from those of a map, as a share of its largest. */
function distance({ data }: AttributionMap, others: ArrayLike<number> | undefined): number {
  if (others?.length !== data.length) return Infinity;
  const largest = Math.max(...data.map(Math.abs));
  return Math.max(...data.map((value, i) => Math.abs(value - others[i]!))) / largest;
}

/** A session that was asked something else before answers as one that was not, and the two questions have different answers. */
async function expectNothingIsKept(asking: readonly [Asked, Asked], subject = net): Promise<void> {
  const { earlier, maps, fresh } = await second(asking, subject);
  const told = (all: typeof maps) =>
    all.map(({ method, classIndex, dims }) => ({ method, classIndex, dims }));
  expect(told(maps)).toEqual(told(fresh));
  for (const [i, { data }] of maps.entries())
    expect(distance(fresh[i]!, data)).toBeLessThanOrEqual(1e-5);
  expect(Math.max(...fresh.map((map, i) => distance(map, earlier[i]?.data)))).toBeGreaterThan(1e-3);
}

const profile = (more: Partial<Profile> = {}) =>
  ({ activation: "softmax", labels: [], ...more }) as unknown as Profile;
const few = { window: 6, stride: 3 };
const one = (...choice: Parameters<typeof asked>): Asked => ({ methods: [asked(...choice)] });

const scores: readonly (readonly [what: string, first: Asked, then: Asked])[] = [
  ["the score turned round", {}, { negated: true }],
  ["the probability", { score: "logit" }, { score: "probability" }],
  [
    "the probability of a sigmoid",
    { score: "probability" },
    {
      score: "probability",
      profile: profile({ activation: "sigmoid" }),
    },
  ],
  ["a class rather than another", {}, { versus: { class: 1 } }],
  ["a class rather than a third", { versus: { class: 1 } }, { versus: { class: 2 } }],
  ["its nearest classes", { versus: { class: 1 } }, { versus: { nearest: 2, alpha: 0.6 } }],
  [
    "more of its nearest classes",
    { versus: { nearest: 1, alpha: 0.6 } },
    { versus: { nearest: 3, alpha: 0.6 } },
  ],
  [
    "all of its nearest class",
    { versus: { nearest: 1, alpha: 0.6 } },
    { versus: { nearest: 1, alpha: 1 } },
  ],
  ["two classes", { classes: { indices: [0] } }, { classes: { indices: [0, 1] } }],
  ["another class", { classes: { indices: [0] } }, { classes: { indices: [1] } }],
  ["a set", { classes: { set: [0] } }, { classes: { set: [0, 1] } }],
  ["a larger set", { classes: { set: [0, 1] } }, { classes: { set: [0, 1, 2] } }],
  ["another set", { classes: { set: [0, 1] } }, { classes: { set: [0, 2] } }],
];

describe("a session that was asked before answers as if it was not", () => {
  for (const [what, first, then] of scores) {
    test(`${what}, by a method of one run and by one of many`, async () => {
      await expectNothingIsKept([first, then]);
      const many = one(occlusion, few);
      await expectNothingIsKept([
        { ...first, ...many },
        { ...then, ...many },
      ]);
    });
  }

  test("the best class without the background", async () => {
    const classes = { top: 1 };
    const [before] = questions([{ classes }]);
    const { predictions } = await sessionOn(net, runtime).answer(image, before!);
    const backgroundClass = predictions[0]!.index;
    for (const method of [gradCam, occlusion]) {
      await expectNothingIsKept([
        { ...one(method), classes },
        { ...one(method), classes, profile: profile({ backgroundClass }) },
      ]);
    }
  });

  test("the first of two labels of one output", async () => {
    const single = classifier(
      (g, x, w) => linearHead(g, features(g, x, w, 4, "b"), w, 1),
      ["N", 3, 16, 12],
      "float32",
    );
    const then = { profile: profile({ activation: "sigmoid", labels: ["no", "yes"] }) };
    await expectNothingIsKept([{ profile: profile({ activation: "sigmoid" }) }, then], single);
  });

  test.each<[string, Asked, Asked]>([
    ["another layer", { layer: "a" }, { layer: "b" }],
    ["two layers", {}, { fusedLayers: ["a"] }],
    ["another layer, in many runs", { ...one(ablationCam), layer: "a" }, one(ablationCam)],
    ["another method", { ...one(gradCam), layer: "a" }, { ...one(hiResCam), layer: "a" }],
    ["a method of many runs besides", {}, { methods: [asked(gradCam), asked(occlusion, few)] }],
  ])("%s", (_what, first, then) => expectNothingIsKept([first, then]));

  test.each<[string, Asked, Asked]>([
    ["FEM's deviations", one(fem, { deviations: 0.5 }), one(fem, { deviations: 1 })],
    [
      "Guided Grad-CAM's kernel",
      one(guidedGradCam, { kernel: "bilinear" }),
      one(guidedGradCam, { kernel: "nearest" }),
    ],
    ["RISE's cells", one(rise, { masks: 20, cells: 3 }), one(rise, { masks: 20, cells: 5 })],
    ["RISE's share", one(rise, { masks: 20, keep: 0.3 }), one(rise, { masks: 20, keep: 0.6 })],
    ["RISE's seed", one(rise, { masks: 20, seed: 1 }), one(rise, { masks: 20, seed: 2 })],
    ["Ablation-CAM's value", one(ablationCam, { value: 0 }), one(ablationCam, { value: 3 })],
    ["Ablation-CAM's other value", one(ablationCam, { value: 2 }), one(ablationCam, { value: 3 })],
    [
      "SmoothGrad's mode",
      one(smoothGrad, { samples: 9, mode: "mean" }),
      one(smoothGrad, { samples: 9, mode: "squared" }),
    ],
    [
      "SmoothGrad's mode, the powers of which are more",
      one(smoothGrad, { samples: 9, mode: "squared" }),
      one(smoothGrad, { samples: 9, mode: "variance" }),
    ],
    [
      "SmoothGrad's noise",
      one(smoothGrad, { samples: 9, noise: 0.1 }),
      one(smoothGrad, { samples: 9, noise: 0.4 }),
    ],
    [
      "SmoothGrad-CAM++'s samples",
      { ...one(smoothGradCamPlusPlus, { samples: 3 }), layer: "a" },
      { ...one(smoothGradCamPlusPlus, { samples: 9 }), layer: "a" },
    ],
    [
      "Integrated Gradients' baseline",
      one(integratedGradients, { steps: 9, baseline: "zero" }),
      one(integratedGradients, { steps: 9, baseline: "mean" }),
    ],
    ["Occlusion's window", one(occlusion, few), one(occlusion, { window: 8, stride: 3 })],
    ["Occlusion's fill", one(occlusion, few), one(occlusion, { ...few, fill: "mean" })],
  ])("%s", (_what, first, then) => expectNothingIsKept([first, then]));
});

describe("several classes in runs of several images", () => {
  test.each([
    ["occlusion", one(occlusion, { window: 4, stride: 2 })],
    ["RISE", one(rise, { masks: 31 })],
    ["SmoothGrad", one(smoothGrad, { samples: 31 })],
    ["Integrated Gradients", one(integratedGradients, { steps: 31 })],
  ])("are those of each class alone: %s", async (_name, choice) => {
    const session = sessionOn(net, runtime);
    const done: number[] = [];
    let together;
    const indices = [2, 0, 3];
    const [question] = questions([{ ...choice, classes: { indices } }]);
    for await (const answer of session.explain(image, question!)) {
      together = answer.maps();
      if (together[0]) done.push(together[0].progress!.done);
    }
    expect(Math.max(...done.map((count, i) => count - (done[i - 1] ?? 0)))).toBeGreaterThan(1);
    for (const [k, index] of indices.entries()) {
      const [alone] = questions([{ ...choice, classes: { indices: [index] } }]);
      const { maps } = await session.answer(image, alone!);
      expect(distance(maps[0]!, together![k]!.data), `class ${index}`).toBeLessThanOrEqual(1e-5);
    }
  });
});
