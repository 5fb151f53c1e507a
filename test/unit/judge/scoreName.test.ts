import { describe, expect, test } from "vitest";
import { scoreName, scoreOf } from "../../../src/explain/service/exhibit";

const profile = { labels: ["tabby", "tiger cat", ""], activation: "softmax" } as const;
const logits = [Math.log(0.5), Math.log(0.3), Math.log(0.2)];
const versus = { class: 1 };

describe("A score and its name", () => {
  test.each([
    [{ classIndex: 0 }, "“tabby”", 0.5],
    [{ classIndex: 2 }, "class 2", 0.2],
    [{ classIndex: 0, negated: true }, "anything but “tabby”", 0.5],
    [{ classIndex: 0, versus }, "“tabby” rather than “tiger cat”", 0.5 / 0.8],
    [{ classIndex: 0, versus, negated: true }, "“tiger cat” rather than “tabby”", 0.3 / 0.8],
    // Against its nearest classes, the probability is that among all of them.
    [{ classIndex: 0, versus: { nearest: 3, alpha: 0.6 } }, "“tabby”", 0.5],
    [{ classIndex: 1, set: [1, 2, 1] }, "the 2 classes together", 0.5],
    [{ classIndex: 0, set: [0, 1], negated: true }, "anything but the 2 classes", 0.2],
    [{ classIndex: 1, set: [1] }, "“tiger cat”", 0.3],
  ])("of %j", (map, name, score) => {
    expect(scoreName(map, profile)).toBe(name);
    expect(scoreOf(logits, map, profile)).toBeCloseTo(score, 12);
  });
});
