import { describe, expect, test } from "vitest";
import { Share } from "../../../src/explain/cli/share";

const grown = (method: string, done: number) => ({
  method,
  progress: { done, planned: 100, unit: "masks" },
});

describe("how much of the whole work is done", () => {
  test("is the images before, and this one's part", () => {
    const share = new Share(4, { methods: ["rise"], judged: false });
    share.at(0);
    expect(share.with([grown("rise", 50)])).toBe(1 / 8);
    share.imageDone();
    share.at(1 / 4);
    expect(share.with([grown("rise", 0)])).toBe(1 / 4);
    expect(share.with([grown("rise", 100)])).toBe(1 / 2);
  });

  test("goes on where the opening of the model ended", () => {
    const share = new Share(1, { methods: ["rise"], judged: false });
    share.at(0.2);
    expect(share.with([grown("rise", 50)])).toBeCloseTo(0.6, 9);
  });

  test("counts every method alike, those of one run as done and refused ones not at all", () => {
    const methods = ["gradCam", "lrp", "occlusion", "rise"];
    const share = new Share(1, { methods, judged: false });
    share.without("lrp");
    const before = [{ method: "gradCam" }, { method: "gradCam" }];
    expect(share.with([...before, grown("occlusion", 50)])).toBe(1 / 2);
    expect(share.with([...before, grown("occlusion", 100), grown("rise", 50)])).toBeCloseTo(5 / 6);
  });

  test("leaves half of an image to the tests of its maps", () => {
    const share = new Share(2, { methods: ["rise"], judged: true });
    share.at(0);
    expect(share.with([grown("rise", 100)])).toBe(1 / 4);
  });
});
