import { expect, test } from "vitest";
import { methods } from "../../../src/explain/method/index";
import type { Method } from "../../../src/explain/method/method";
import { asked } from "../../../src/explain/service/program";
import { classifier, features, linearHead } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const network = classifier((g, x, w) => linearHead(g, features(g, x, w, 6, "a"), w, 5));
const image = normal([1, 3, 16, 16], 7, "float32");
const session = sessionOn(network);

const few = { rise: { masks: 8 }, occlusion: { window: 8, stride: 8 } } as const;
const apply = methods.filter(
  (method) => !method.refuses({ ...network }, "a", asked(method).values),
);
const mapOf = async (method: Method, turned: object) => {
  const choice = asked(method, few[method.id as keyof typeof few]);
  const question = questionOf({ layer: "a", methods: [choice], classes: { indices: [3] } });
  return (await session.answer(image, { ...question, ...turned })).maps[0]!;
};

test.each([
  ["negated", { negated: true }],
  ["score", { score: "probability" }],
] as const)("a method that %s does not change says so, and no other", async (kind, turned) => {
  for (const method of apply) {
    const [plain, other] = [await mapOf(method, {}), await mapOf(method, turned)];
    const isSame = plain.data.every((value, i) => Math.abs(value - other.data[i]!) < 1e-6);
    const sentence = method.indifferentTo?.[kind];
    // What does not look at the class at all says that of itself.
    const isBlind = ["eigenCam", "fem"].includes(method.id);
    expect(isSame, method.id).toBe(isBlind || sentence !== undefined);
    if (sentence === undefined) continue;
    close(other.data, plain.data, 1e-6, method.id);
    expect(other.remark).toContain(sentence);
    expect(plain.remark ?? "").not.toContain(sentence);
  }
  expect(apply.length).toBeGreaterThan(20);
});
