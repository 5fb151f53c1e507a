import { describe, expect, test } from "vitest";
import type { AttributionMap } from "../../../src/explain/api";
import { gradCam } from "../../../src/explain/method/gradCam";
import { saliency } from "../../../src/explain/method/saliency";
import { nodePlatform } from "../../../src/explain/node";
import { exhibitOf, scoreOf } from "../../../src/explain/service/exhibit";
import { asked } from "../../../src/explain/service/program";
import { ShuffledMaps } from "../../../src/explain/service/shuffledMaps";
import { tensor } from "../../../src/explain/tensor";
import { linear } from "../../helper/gradientMaps";
import { questionOf, sessionOn } from "../../helper/referenceSession";

const input = tensor("float32", [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
const session = sessionOn(linear(["N", 1, 2, 4]));

/** What tests see of a map with these numbers, on an image of 2 × 4 pixels. */
function exhibit(map: Pick<AttributionMap, "dims" | "final" | "extent"> & { values: number[] }) {
  const methods = [asked(map.final === "relu" ? gradCam : saliency)];
  const question = questionOf({ layer: "", methods });
  const judged = { platform: nodePlatform({ threads: 1 }), session, question, input };
  const whole = {
    ...{ method: methods[0]!.method.id, layer: "", classIndex: 0, score: "logit" },
    ...map,
    data: Float32Array.from(map.values),
  } as unknown as AttributionMap;
  return exhibitOf(judged, whole, new ShuffledMaps(judged, [whole]));
}

/** The left half. */
const extent = { x0: 0, y0: 0, x1: 0.5, y1: 1 };

describe("what tests see of a map", () => {
  test.each([
    ["above 0", [5, 2, 3, 4], [5, 2, 2, 2, 3, 4, 2, 2]],
    ["below 0", [-5, -2, -3, -4], [-5, -2, -5, -5, -3, -4, -5, -5]],
  ])("is its least value where it does not reach: all %s", async (_where, values, drawn) => {
    const { map } = await exhibit({ values, dims: [2, 2], final: "none", extent });
    expect(map).toMatchObject({ width: 4, height: 2 });
    expect([...map.data]).toEqual(drawn);
  });

  test("has the final step behind it, drawn and as its method made it", async () => {
    const values = [-1, 2, 3, -4, 0, 1, -6, 7];
    const above = [0, 2, 3, 0, 0, 1, 0, 7];
    const shown = await exhibit({ values, dims: [2, 4], final: "relu" });
    expect([...shown.own.data]).toEqual(above);
    expect([...shown.map.data]).toEqual(above);
    expect(shown.range).toEqual({ min: 0, max: 7 });
  });

  test("keeps its signs where the method has no final step", async () => {
    const values = [-1, 2, 3, -4, 0, 1, -6, 7];
    const shown = await exhibit({ values, dims: [2, 4], final: "none" });
    expect([...shown.own.data]).toEqual(values);
    expect(shown.range).toEqual({ min: -6, max: 7 });
  });
});

describe("the score of a set", () => {
  // σ = 1/2, 3/4, 1/5.
  const logits = [0, Math.log(3), -Math.log(4)];
  const map = { classIndex: 0, set: [0, 1, 2, 1] };

  test("of classes that do not exclude each other is their mean, each counted once", () => {
    const sigmoid = { activation: "sigmoid" } as const;
    expect(scoreOf(logits, map, sigmoid)).toBeCloseTo((0.5 + 0.75 + 0.2) / 3, 12);
    const negated = scoreOf(logits, { ...map, negated: true }, sigmoid);
    expect(negated).toBeCloseTo(1 - (0.5 + 0.75 + 0.2) / 3, 12);
  });

  test("where no probability is made of the logits is their mean", () => {
    const mean = (Math.log(3) - Math.log(4)) / 3;
    expect(scoreOf(logits, map, { activation: "none" })).toBeCloseTo(mean, 12);
    expect(scoreOf(logits, { ...map, negated: true }, { activation: "none" })).toBeCloseTo(
      -mean,
      12,
    );
  });
});
