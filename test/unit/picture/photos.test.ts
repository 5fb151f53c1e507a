import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { see, type Preprocessing } from "../../../src/explain/picture/preprocess";
import { resample, type Resampling } from "../../../src/explain/picture/resample";
import { hasReal, realFolder } from "../../helper/files";
import {
  compare,
  decode,
  hashOf,
  plain,
  readGolden,
  type Golden,
} from "../../helper/preprocessGolden";

interface Rows {
  readonly decoded: readonly Pick<Golden, "source" | "width" | "height" | "sha256">[];
  readonly resized: readonly (Golden & {
    library: "PIL" | "OpenCV";
    kernel: Resampling["kernel"];
  })[];
  readonly cropped: readonly (Golden & Pick<Preprocessing, "resizeTo" | "kernel">)[];
}

const golden = readGolden<Rows>("photos.json");
const folder = join(realFolder, "images");

describe.skipIf(!hasReal)("real photos", () => {
  test.each(golden.decoded)("$source is decoded as by PIL, to the byte", async (row) => {
    const { width, height, rgb } = await decode(folder, row.source);
    expect({ width, height, sha256: hashOf(rgb) }).toEqual({
      width: row.width,
      height: row.height,
      sha256: row.sha256,
    });
  });

  test.each(golden.cropped)(
    "$source through torchvision's $kernel crop, to the byte",
    async (row) => {
      const profile: Preprocessing = {
        ...plain,
        size: row,
        resize: "crop",
        resizeTo: row.resizeTo,
        kernel: row.kernel,
      };
      expect(compare(see(await decode(folder, row.source), profile).picture, row)).toEqual({
        mean: 0,
        max: 0,
      });
    },
  );

  test.each(golden.resized)("$source squashed as by $library, $kernel", async (row) => {
    const how = { kernel: row.kernel, antialias: row.library === "PIL" };
    const { mean, max } = compare(resample(await decode(folder, row.source), row, how), row);
    const exact = row.library === "PIL" || row.kernel === "nearest";
    expect(max).toBeLessThanOrEqual(exact ? 0 : 1);
    expect(mean).toBeLessThanOrEqual(exact ? 0 : 0.2);
  });
});
