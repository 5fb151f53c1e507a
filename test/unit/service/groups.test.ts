import { describe, expect, test } from "vitest";
import { SightlineError } from "../../../src/explain/error";
import { ablationCam } from "../../../src/explain/method/ablationCam";
import { gradCam } from "../../../src/explain/method/gradCam";
import { method, type Method } from "../../../src/explain/method/method";
import { occlusion } from "../../../src/explain/method/occlusion";
import { saliency } from "../../../src/explain/method/saliency";
import { smoothGrad } from "../../../src/explain/method/smoothGrad";
import { classesAtOnce, partsOf } from "../../../src/explain/service/groups";
import { asked } from "../../../src/explain/service/program";
import { classifier, features, linearHead } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const many = classesAtOnce + 4;
const network = classifier((g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, many));
const image = normal([1, 3, 16, 16], 3, "float32");
const methods = [
  asked(gradCam),
  asked(occlusion, { window: 8, stride: 8 }),
  asked(saliency),
  asked(smoothGrad, { samples: 3 }),
];

describe("more classes than one run takes", () => {
  test("have the maps that each has alone, method by method, best class first", async () => {
    const session = sessionOn(network);
    const question = questionOf({ layer: "a", methods, classes: { top: many } });
    const { maps, predictions } = await session.answer(image, question);
    expect(predictions).toHaveLength(many);
    const order = methods.flatMap(({ method: { id } }) =>
      predictions.map(({ index }) => [id, index]),
    );
    expect(maps.map(({ method: id, classIndex }) => [id, classIndex])).toEqual(order);
    for (const index of [predictions[0]!.index, predictions.at(-1)!.index]) {
      const alone = await session.answer(image, { ...question, classes: { indices: [index] } });
      alone.maps.forEach((one) => {
        const own = maps.find((map) => map.method === one.method && map.classIndex === index)!;
        close(own.data, one.data, 1e-6, `${one.method} of class ${index}`);
        expect(own.progress?.done).toBe(one.progress?.done);
      });
    }
  });

  test("keep their order when they are named, and appear group by group", async () => {
    const indices = Array.from({ length: many }, (_, i) => (7 * i) % many);
    const question = questionOf({ layer: "a", methods: [asked(saliency)], classes: { indices } });
    const counts: number[] = [];
    let last: readonly number[] = [];
    for await (const answer of sessionOn(network).explain(image, question)) {
      last = answer.maps().map(({ classIndex }) => classIndex);
      counts.push(last.length);
    }
    expect(last).toEqual(indices);
    expect(counts).toEqual([classesAtOnce, many, many]);
  });

  test("are refused by the method that cannot explain them, while the others go on", async () => {
    const failing: Method = method({
      ...ablationCam,
      id: "failing",
      parameters: {},
      plan: undefined,
      // eslint-disable-next-line require-yield
      async *run() {
        throw new SightlineError("method", "Nothing to be done.");
      },
    });
    const question = questionOf({
      ...{ layer: "a", methods: [asked(failing), asked(gradCam)], classes: { top: many } },
    });
    const { maps, refused } = await sessionOn(network).answer(image, question);
    expect(refused.map((one) => one.method)).toEqual(["failing"]);
    expect(maps).toHaveLength(many);
    const alone = sessionOn(network).answer(image, { ...question, methods: [asked(failing)] });
    await expect(alone).rejects.toThrow("Nothing to be done.");
  });
});

test("only what goes back from each class is asked group by group", () => {
  const classes = Array.from({ length: 2 * classesAtOnce + 1 }, (_, i) => i);
  const parts = partsOf(methods, classes).map((part) => [
    part.methods.map(({ method: { id } }) => id).join(),
    part.classes.length,
  ]);
  expect(parts).toEqual([
    ["gradCam,saliency,smoothGrad", classesAtOnce],
    ["gradCam,saliency,smoothGrad", classesAtOnce],
    ["gradCam,saliency,smoothGrad", 1],
    ["occlusion", classes.length],
  ]);
});
