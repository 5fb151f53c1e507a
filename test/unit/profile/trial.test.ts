import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CancelledError } from "../../../src/explain/error";
import { diskFiles } from "../../../src/explain/file/disk";
import { onnx } from "../../../src/explain/format/onnx/onnx";
import { concretize } from "../../../src/explain/graph/concretize";
import { toFloat32 } from "../../../src/explain/graph/float32";
import { createImages } from "../../../src/explain/image/decode";
import type { Bitmap } from "../../../src/explain/image/image";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { possibleConventions } from "../../../src/explain/profile/convention";
import {
  conventionsToTry,
  resolveProfile,
  type ProfileRequest,
} from "../../../src/explain/profile/resolveProfile";
import { tryConventions, type TrialRequest } from "../../../src/explain/profile/trial";
import { preprocess } from "../../../src/explain/picture/preprocess";
import { createRuntimes } from "../../../src/explain/runtime/onnxruntime/index";
import { Programs } from "../../../src/explain/runtime/programs";
import { Session } from "../../../src/explain/session";
import type { Tensor } from "../../../src/explain/tensor";
import { hasReal, realFolder } from "../../helper/files";
import { generator } from "../../helper/random";

/** Small noisy pictures of different colours. */
function bitmaps(count: number): Bitmap[] {
  const next = generator(count);
  return Array.from({ length: count }, () => {
    const tint = [next() * 155, next() * 155, next() * 155];
    const rgb = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => tint[i % 3]! + 100 * next());
    return { width: 8, height: 8, rgb, original: { width: 8, height: 8 } };
  });
}

const input = { layout: "NCHW", channels: 3 } as const;
const { profile } = resolveProfile({
  model: "net.onnx",
  anatomy: {
    input: { ...input, name: "image", type: "float32", width: 8, height: 8, batch: 1 },
    score: {
      output: "out",
      reason: "",
      candidates: [],
      logit: "logit",
      tail: "softmax",
      classes: 5,
    },
  },
  beside: [],
});

/** The mean of each channel. */
function means({ data }: Tensor): number[] {
  const size = data.length / 3;
  return [0, 1, 2].map(
    (c) =>
      [...data.subarray(c * size, (c + 1) * size)].reduce((sum, value) => sum + value, 0) / size,
  );
}

/**
 * A network of five classes that expects channel means around `centre` with deviation `spread`: it answers by colour, and the less
 * clearly the further its input is from what it expects.
 */
const expecting =
  (centre: number, spread: number) =>
  (tensor: Tensor): Promise<{ data: Float64Array }> => {
    const z = means(tensor).map((value) => (value - centre) / spread);
    const far = Math.hypot(...z) / 2;
    const clarity = 6 * Math.exp(-far);
    return Promise.resolve({
      data: Float64Array.of(clarity * z[0]!, clarity * z[1]!, clarity * z[2]!, far, far / 2),
    });
  };

const attempt = (change: Partial<TrialRequest>, count = 8) =>
  tryConventions({
    images: bitmaps(count),
    conventions: possibleConventions(3, 5, {}),
    profile,
    input,
    scores: expecting(0.5, 0.2),
    ...change,
  });

describe("a trial", () => {
  test("finds the range that a network expects", async () => {
    expect((await attempt({ scores: expecting(0.5, 0.2) }))!.results[0]!.range).toBe(1);
    expect((await attempt({ scores: expecting(127, 60) }))!.winner).toBe("bytes");
  });

  test("is not misled by a network that is surest of itself where it saturates", async () => {
    const saturating = (tensor: Tensor) => {
      const [r, g, b] = means(tensor).map((value) => value - 0.5);
      const away = Math.abs(r!) + Math.abs(g!) + Math.abs(b!);
      return Promise.resolve({ data: Float64Array.of(9 * r!, 9 * g!, 9 * b!, away, away) });
    };
    const trial = (await attempt({ scores: saturating }))!;
    const surest = [...trial.results].sort((a, b) => b.confidence - a.confidence)[0]!;
    expect(surest.id).toBe("bytes");
    expect(surest.confidence).toBeGreaterThan(0.99);
    expect(trial.results[0]!.range).toBe(1);
  });

  test("tells winner, runner-up and figures in words", async () => {
    const trial = (await attempt({ scores: expecting(127, 60) }))!;
    expect(trial.text).toMatch(
      /^RGB 0–255 fits best, (the runner-up RGB.* clearly less|before the runner-up RGB.*, which fits nearly as well; not sure); tried on 8 images$/,
    );
    expect(trial.figures).toMatch(
      /^RGB 0–255: best score \d\.\d σ above the mean score, at a mean probability of the best class of 0\.\d\d; runner-up RGB.*: best score/,
    );
    expect(trial.results.map(({ id }) => id).sort()).toEqual([
      "bytes",
      "imagenet",
      "signed",
      "unit",
    ]);
  });

  test("uses at most 16 images, and asks for them one by one", async () => {
    let asked = 0;
    async function* endless() {
      for (;;) {
        asked++;
        yield* bitmaps(1);
        await Promise.resolve();
      }
    }
    expect((await attempt({ images: endless() }))!.images).toBe(16);
    expect(asked).toBe(16);
  });

  test("on few images is said to be unsure", async () => {
    for (const count of [1, 3]) {
      const trial = (await attempt({}, count))!;
      expect(trial.sure).toBe(false);
      expect(trial.text).toMatch(/; not sure: \d images? (is|are) too few to tell$/);
    }
  });

  test("that ends in a near tie is said to be unsure", async () => {
    const deaf = () => Promise.resolve({ data: Float64Array.of(3, 1, 0, 0, 0) });
    const trial = (await attempt({ scores: deaf }))!;
    expect(trial.sure).toBe(false);
    expect(trial.text).toMatch(/, which fits nearly as well; not sure; tried on 8 images$/);
  });

  test("of two classes, or one, judges by probability and is never sure", async () => {
    for (const keep of [1, 2]) {
      const scores = async (tensor: Tensor) => ({
        data: (await expecting(0.5, 0.2)(tensor)).data.slice(0, keep),
      });
      const activation = keep === 1 ? "sigmoid" : "softmax";
      const trial = (await attempt({ scores, profile: { ...profile, activation } }))!;
      expect(trial.sure).toBe(false);
      expect(trial.results[0]!.contrast).toBeNaN();
      expect(trial.results.every(({ confidence }) => confidence >= 0.5 && confidence <= 1)).toBe(
        true,
      );
      expect(trial.text).toMatch(/; not sure: with so few classes trying tells little; /);
    }
  });

  test("passes over conventions under which the network overflows", async () => {
    const fragile = async (tensor: Tensor) => {
      const { data } = await expecting(0.5, 0.2)(tensor);
      return { data: means(tensor)[0]! > 2 ? data.map(() => NaN) : data };
    };
    const trial = (await attempt({ scores: fragile }))!;
    expect(trial.results.map(({ id }) => id)).not.toContain("bytes");
    const never = () => Promise.resolve({ data: Float64Array.of(NaN, 1, 2) });
    expect(await attempt({ scores: never })).toBeUndefined();
  });

  test("without images or conventions tells nothing", async () => {
    expect(await attempt({ images: [] })).toBeUndefined();
    expect(await attempt({ conventions: [] })).toBeUndefined();
  });

  test("reports progress and stops when cancelled", async () => {
    const fractions: number[] = [];
    const signal = { aborted: false };
    const progress = (fraction: number) => {
      fractions.push(fraction);
      signal.aborted = fraction >= 0.5;
    };
    await expect(attempt({ progress, signal })).rejects.toThrow(CancelledError);
    expect(fractions.at(-1)).toBe(0.5);
  });
});

const realImages = join(realFolder, "images");
const within = (folder: string) =>
  readdirSync(join(realImages, folder))
    .filter((name) => /\.jpe?g$/i.test(name))
    .map((name) => join(realImages, folder, name));

/** Index of the true class of each ImageNet photo. */
function truth(): (path: string) => number {
  const lines = (file: string) => readFileSync(join(realFolder, file), "utf8").trim().split("\n");
  const labels = new Map(
    lines("images/ilsvrc_val/class_labels.txt").map((line) => line.split(",") as [string, string]),
  );
  const ids = lines("imagenet_classes.tsv")
    .slice(1)
    .map((line) => line.split("\t")[1]!);
  return (path) => {
    const name = path.replace(/^.*\//, "");
    return Number(labels.get(`val/${name}`) ?? ids.indexOf(name.split("_")[0]!));
  };
}

describe.skipIf(!hasReal)(
  "on SqueezeNet in half precision, of whose preprocessing nothing is written",
  () => {
    const files = diskFiles();
    const images = createImages(files);
    let request: ProfileRequest;
    let session: Session;

    beforeAll(async () => {
      const model = join(realFolder, "models/onnx/SqueezeNet_fp16.onnx");
      const { graph } = await onnx.open(model, files);
      const wide = toFloat32(graph);
      const found = findImageInput(wide, model);
      const concrete = concretize(wide, found.name, ["N", 3, 224, 224]).graph;
      const anatomy = findAnatomy(concrete, found, model);
      request = { model, anatomy, beside: [] };
      const open = { file: model, identity: "squeezenet", graph: concrete, anatomy };
      session = new Session(
        open,
        createRuntimes(files)[0]!,
        { threads: 2 },
        new Programs(2 ** 30),
        () => 0,
      );
    });

    async function* decoded(paths: readonly string[]) {
      for (const path of paths) yield await images.decode(path);
    }

    function attemptOn(paths: readonly string[]) {
      const { profile } = resolveProfile(request);
      const conventions = conventionsToTry(request);
      const scores = (tensor: Tensor) => session.logits(tensor, profile);
      return tryConventions({
        images: decoded(paths),
        conventions,
        profile,
        input: request.anatomy.input,
        scores,
      });
    }

    const photos = () => [...within("ilsvrc_val"), ...within("imagenet_samples")];

    test("ImageNet photos show Caffe's: BGR 0–255 minus means, and 14 of 17 are right", async () => {
      const trial = (await attemptOn(photos()))!;
      expect(trial).toMatchObject({ winner: "meansBgrRounded", images: 16, sure: true });
      const confidence = (id: string) =>
        trial.results.find((result) => result.id === id)!.confidence;
      expect(confidence("meansBgr")).toBeCloseTo(0.9, 1);
      expect(confidence("means")).toBeCloseTo(0.7, 1);
      expect(confidence("imagenet")).toBeCloseTo(0.24, 1);

      const { profile } = resolveProfile({ ...request, trial });
      const isTrue = truth();
      let right = 0;
      for (const path of photos()) {
        const { tensor } = preprocess(await images.decode(path), profile, request.anatomy.input);
        const { data } = await session.logits(tensor, profile);
        right += Number(data.indexOf(Math.max(...data) as never) === isTrue(path));
      }
      expect(right).toBe(14);
    });

    test("so do photos of other things, where the highest probability would be wrong", async () => {
      const trial = (await attemptOn(within("voc2012/JPEGImages")))!;
      expect(trial.winner).toMatch(/^meansBgr/);
      const surest = [...trial.results].sort((a, b) => b.confidence - a.confidence)[0]!;
      expect(surest.id).toBe("bytesBgr");
    });
  },
);
