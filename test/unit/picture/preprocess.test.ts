import { beforeAll, describe, expect, test } from "vitest";
import type { Bitmap } from "../../../src/explain/image/image";
import type { Geometry } from "../../../src/explain/picture/geometry";
import {
  preprocess,
  see,
  toTensor,
  type Preprocessing,
} from "../../../src/explain/picture/preprocess";
import {
  compare,
  decode,
  goldenFolder,
  plain,
  readGolden,
  type Golden,
} from "../../helper/preprocessGolden";
import { close } from "../../helper/gradient";
import { imageToInput } from "../../helper/geometry";

interface Rows {
  readonly cropped: readonly (Golden & Pick<Preprocessing, "resizeTo" | "kernel">)[];
  readonly letterboxed: readonly Golden[];
  readonly tensors: readonly { source: string; colour: "rgb" | "grey"; values: number[] }[];
}

const golden = readGolden<Rows>("drawn.json");
const sources = ["wide.png", "tall.png", "line.png"];
const bitmaps: Record<string, Bitmap> = {};

beforeAll(async () => {
  for (const source of sources) bitmaps[source] = await decode(goldenFolder, source);
});

describe("what the network sees", () => {
  test("a crop is torchvision's Resize and CenterCrop, to the byte", () => {
    for (const row of golden.cropped) {
      const profile: Preprocessing = {
        ...plain,
        size: row,
        resize: "crop",
        resizeTo: row.resizeTo,
        kernel: row.kernel,
      };
      const { picture } = see(bitmaps[row.source]!, profile);
      const label = `${row.source}, ${row.resizeTo} → ${row.width} × ${row.height}`;
      expect(compare(picture, row), label).toEqual({ mean: 0, max: 0 });
    }
    expect(golden.cropped.length).toBe(15);
  });

  test("a letterbox is PIL's ImageOps.pad, to the byte", () => {
    for (const row of golden.letterboxed) {
      const profile: Preprocessing = {
        ...plain,
        size: row,
        resize: "letterbox",
        fill: [114, 114, 114],
      };
      const label = `${row.source} → ${row.width} × ${row.height}`;
      expect(compare(see(bitmaps[row.source]!, profile).picture, row), label).toEqual({
        mean: 0,
        max: 0,
      });
    }
    expect(golden.letterboxed.length).toBe(12);
  });

  test("a grey model sees grey", () => {
    const { rgb } = see(bitmaps["wide.png"]!, { ...plain, colour: "grey" }).picture;
    for (let i = 0; i < rgb.length; i += 3)
      expect([rgb[i + 1], rgb[i + 2]]).toEqual([rgb[i], rgb[i]]);
  });
});

describe("the numbers that are fed", () => {
  test("are torchvision's, in colour and in grey", () => {
    const colour: Preprocessing = {
      ...plain,
      resize: "crop",
      resizeTo: 40,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    };
    const grey: Preprocessing = { ...plain, size: { width: 28, height: 28 }, colour: "grey" };
    for (const row of golden.tensors) {
      const [profile, channels, stride] =
        row.colour === "rgb" ? ([colour, 3, 97] as const) : ([grey, 1, 37] as const);
      const { tensor } = preprocess(bitmaps[row.source]!, profile, { layout: "NCHW", channels });
      const sampled = tensor.data.filter((_, i) => i % stride === 0);
      close(sampled, row.values, 1e-6, row.colour);
    }
  });

  const pixel = { width: 2, height: 1, rgb: Uint8Array.of(255, 102, 51, 0, 1, 2) };
  const cases: [string, Partial<Preprocessing>, number[]][] = [
    ["RGB 0–1", {}, [1, 0, 0.4, 1 / 255, 0.2, 2 / 255]],
    ["BGR 0–1", { colour: "bgr" }, [0.2, 2 / 255, 0.4, 1 / 255, 1, 0]],
    ["RGB −1–1", { mean: [0.5], std: [0.5] }, [1, -1, -0.2, 2 / 255 - 1, -0.6, 4 / 255 - 1]],
    [
      "BGR 0–255 minus means",
      { colour: "bgr", range: 255, mean: [103.939, 116.779, 123.68] },
      [51 - 103.939, 2 - 103.939, 102 - 116.779, 1 - 116.779, 255 - 123.68, -123.68],
    ],
  ];
  test.each(cases)("%s", (_, change, values) => {
    const tensor = toTensor(pixel, { ...plain, ...change }, { layout: "NCHW", channels: 3 });
    expect(tensor.dims).toEqual([1, 3, 1, 2]);
    close(tensor.data, values, 1e-6, "values");
  });

  test("lie pixel by pixel for an NHWC model", () => {
    const tensor = toTensor(pixel, plain, { layout: "NHWC", channels: 3 });
    expect(tensor.dims).toEqual([1, 1, 2, 3]);
    close(tensor.data, [1, 0.4, 0.2, 0, 1 / 255, 2 / 255], 1e-6, "values");
  });

  test("repeat grey on the three channels of a model that wants three", () => {
    const { tensor } = preprocess(
      { ...pixel, original: pixel },
      { ...plain, size: { width: 2, height: 1 }, colour: "grey" },
      { layout: "NCHW", channels: 3 },
    );
    expect(tensor.data.slice(0, 2)).toEqual(tensor.data.slice(4, 6));
    expect(tensor.data[0]).toBeCloseTo((255 * 0.299 + 102 * 0.587 + 51 * 0.114) / 255, 2);
  });

  test("colour for a grey model, and lists of the wrong length, are refused", () => {
    const one = { layout: "NCHW", channels: 1 } as const;
    expect(() => toTensor(pixel, plain, one)).toThrow("set “colour” to “grey” in the profile.");
    const three = { layout: "NCHW", channels: 3 } as const;
    expect(() => toTensor(pixel, { ...plain, std: [1, 1] }, three)).toThrow(
      "“std” in the profile has 2 numbers",
    );
    expect(() => toTensor(pixel, plain, { ...three, channels: 4 })).toThrow(
      "Sightline feeds 1 or 3 channels",
    );
  });
});

describe("an image that was reduced while it was read", () => {
  test("keeps the geometry of the original, to the byte in its sizes", () => {
    const original = { width: 20001, height: 9000 };
    const reduced: Bitmap = { width: 200, height: 90, rgb: new Uint8Array(200 * 90 * 3), original };
    const profile: Preprocessing = { ...plain, resize: "crop", resizeTo: 37 };
    const { geometry, picture } = see(reduced, profile);
    expect([picture.width, picture.height]).toEqual([32, 32]);
    const wide = Math.trunc((37 * 20001) / 9000);
    const wanted: Geometry = {
      image: original,
      input: profile.size,
      scaleX: wide / 20001,
      scaleY: 37 / 9000,
      offsetX: -25,
      offsetY: -2,
    };
    expect(geometry).toEqual(wanted);
    expect(imageToInput(geometry, { x: 10000.5, y: 4500 }).x).toBeCloseTo(16, 0);
  });
});
