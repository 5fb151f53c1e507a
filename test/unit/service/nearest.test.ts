import { describe, expect, test } from "vitest";
import { gradCam } from "../../../src/explain/method/gradCam";
import { integratedGradients } from "../../../src/explain/method/integratedGradients";
import { occlusion } from "../../../src/explain/method/occlusion";
import { asked } from "../../../src/explain/service/program";
import { classifier, features, linearHead } from "../../helper/classifier";
import { normal } from "../../helper/random";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const network = classifier((g, x, w) => linearHead(g, features(g, x, w, 6, "a"), w, 9));
const image = normal([1, 3, 16, 16], 5, "float32");
const versus = { nearest: 3, alpha: 1 } as const;
const session = sessionOn(network);
const logitsOf = async (input: typeof image) =>
  Array.from((await session.logits(input, questionOf({ layer: "", methods: [] }).profile)).data);

/** Σ_j p_j·(y_c − y_j) / Σ_j p_j over the given classes. */
function contrast(logits: readonly number[], own: number, others: readonly number[]): number {
  const weight = others.map((j) => Math.exp(logits[j]!));
  const sum = others.reduce((total, j, i) => total + weight[i]! * (logits[own]! - logits[j]!), 0);
  return sum / weight.reduce((a, b) => a + b, 0);
}

/** The classes with the nearest logits. */
function nearest(logits: readonly number[], own: number): number[] {
  const distance = (j: number) => Math.abs(logits[j]! - logits[own]!);
  return logits
    .map((_, j) => j)
    .filter((j) => j !== own)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, 3);
}

describe("the nearest classes of an image", () => {
  const windows = { window: 8, stride: 8 };

  test("stay those that each class is compared with, whatever is hidden", async () => {
    const own = [0, 4];
    const question = questionOf({
      ...{ layer: "", classes: { indices: own }, versus, methods: [asked(occlusion, windows)] },
    });
    const { maps } = await session.answer(image, question);
    const logits = await logitsOf(image);
    let changes = 0;
    for (const [row, column] of [
      [0, 0],
      [8, 8],
    ] as const) {
      const hidden = image.data.map((value, i) => {
        const [y, x] = [Math.floor(i / 16) % 16, i % 16];
        return y >= row && y < row + 8 && x >= column && x < column + 8 ? 0 : value;
      });
      const behind = await logitsOf({ ...image, data: hidden });
      own.forEach((index, k) => {
        const others = nearest(logits, index);
        const drop = contrast(logits, index, others) - contrast(behind, index, others);
        expect(maps[k]!.data[row * 16 + column]).toBeCloseTo(drop, 5);
        if (String(nearest(behind, index)) !== String(others)) changes++;
      });
    }
    // Else nothing would be shown.
    expect(changes).toBeGreaterThan(0);
  });

  test("leave integrated gradients complete: the gap falls with the steps", async () => {
    const gap = async (steps: number) => {
      const methods = [asked(integratedGradients, { steps })];
      const question = questionOf({ layer: "", classes: { indices: [4] }, versus, methods });
      const { maps } = await session.answer(image, question);
      return maps[0]!.facts!["Completeness gap"]!;
    };
    expect(await gap(256)).toBeLessThan(0.2 * (await gap(4)));
    expect(await gap(256)).toBeLessThan(1e-3);
  });

  test("are asked of its mirror image too, darker and brighter", async () => {
    const question = questionOf({
      ...{ layer: "a", classes: { indices: [4, 0] }, versus, methods: [asked(gradCam)] },
    });
    const plain = await session.answer(image, question);
    const { maps } = await session.answer(image, { ...question, augmented: true });
    expect(maps.map(({ classIndex, dims }) => [classIndex, dims])).toEqual(
      plain.maps.map(({ classIndex, dims }) => [classIndex, dims]),
    );
    for (const { range } of maps) expect(range.max).toBeGreaterThan(0.1);
  });
});
