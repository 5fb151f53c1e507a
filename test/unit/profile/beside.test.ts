import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import { readBeside } from "../../../src/explain/profile/profileBeside";
import { hasReal, realFolder } from "../../helper/files";
import { temporaryFolder } from "../../helper/folder";

const files = diskFiles();
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

const put = (name: string, content: unknown) =>
  writeFileSync(
    join(folder, name),
    typeof content === "string" ? content : JSON.stringify(content),
  );

const found = (model = "net.onnx") => readBeside(join(folder, model), files);

async function only(name: string, content: unknown) {
  put(name, content);
  const findings = await found();
  expect(findings.length).toBe(1);
  return findings[0]!;
}

const half = { colour: "rgb", range: 1, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const three = (value: number) => [value, value, value];

describe("preprocessor_config.json of Hugging Face", () => {
  test("ViT: squashed", async () => {
    const config = {
      do_resize: true,
      size: { height: 224, width: 224 },
      resample: 2,
      do_rescale: true,
      rescale_factor: 0.00392156862745098,
      do_normalize: true,
      image_mean: three(0.5),
      image_std: three(0.5),
    };
    const { fields, source } = await only("preprocessor_config.json", config);
    const size = { width: 224, height: 224 };
    expect(fields).toEqual({
      antialias: true,
      size,
      resize: "squash",
      kernel: "bilinear",
      ...half,
    });
    expect(source).toEqual({ from: "file", detail: "preprocessor_config.json" });
  });

  test("CLIP: shorter side and centre crop, bicubic", async () => {
    const config = {
      size: { shortest_edge: 224 },
      crop_size: { height: 224, width: 224 },
      do_center_crop: true,
      resample: 3,
      image_mean: three(0.5),
      image_std: three(0.5),
    };
    const { fields } = await only("preprocessor_config.json", config);
    expect(fields).toMatchObject({
      resize: "crop",
      resizeTo: 224,
      kernel: "bicubic",
      size: { width: 224, height: 224 },
    });
  });

  test("an old config with bare numbers", async () => {
    const config = {
      size: 256,
      crop_size: 224,
      resample: 2,
      image_mean: three(0.5),
      image_std: three(0.5),
    };
    const { fields } = await only("preprocessor_config.json", config);
    expect(fields).toMatchObject({
      resize: "crop",
      resizeTo: 256,
      size: { width: 224, height: 224 },
    });
  });

  test.each([
    [224, { resize: "crop", resizeTo: 256, size: { width: 224, height: 224 } }],
    [384, { resize: "squash", size: { width: 384, height: 384 } }],
  ])("ConvNeXt at %i", async (edge, wanted) => {
    const config = {
      size: { shortest_edge: edge },
      crop_pct: 0.875,
      image_mean: three(0.5),
      image_std: three(0.5),
    };
    expect((await only("preprocessor_config.json", config)).fields).toMatchObject(wanted);
  });

  test("EfficientNet: pixel / 127.5 − 1, then mean and std", async () => {
    const config = {
      rescale_factor: 1 / 127.5,
      rescale_offset: true,
      do_normalize: false,
      size: { height: 9, width: 9 },
    };
    expect((await only("preprocessor_config.json", config)).fields).toMatchObject({
      range: 1,
      mean: [0.5],
      std: [0.5],
    });
  });

  test("no rescaling: 0–255", async () => {
    const config = { do_rescale: false, image_mean: three(104), image_std: three(1), size: 9 };
    expect((await only("preprocessor_config.json", config)).fields).toMatchObject({
      range: 255,
      mean: three(104),
      std: three(1),
    });
  });

  test("a kernel that there is not is said to be replaced", async () => {
    const config = { size: 9, resample: 1, image_mean: three(0.5), image_std: three(0.5) };
    const { fields, source } = await only("preprocessor_config.json", config);
    expect(fields.kernel).toBe("bicubic");
    expect(source.detail).toBe(
      "preprocessor_config.json (asks for Lanczos; bicubic is the nearest there is)",
    );
  });
});

describe("config.json", () => {
  test("of timm", async () => {
    const config = {
      architecture: "resnet50",
      num_classes: 2,
      label_names: ["cat", "dog"],
      pretrained_cfg: {
        input_size: [3, 224, 224],
        interpolation: "bicubic",
        crop_pct: 0.95,
        crop_mode: "center",
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
    };
    expect((await only("config.json", config)).fields).toEqual({
      size: { width: 224, height: 224 },
      antialias: true,
      colour: "rgb",
      range: 1,
      resize: "crop",
      resizeTo: 235,
      kernel: "bicubic",
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      labels: ["cat", "dog"],
    });
  });

  test("of Hugging Face", async () => {
    const { fields } = await only("config.json", {
      id2label: { "0": "cat", "1": "dog" },
      image_size: 224,
    });
    expect(fields).toEqual({ labels: ["cat", "dog"] });
  });

  test("of something else says nothing", async () => {
    put("config.json", { port: 8080 });
    expect(await found()).toEqual([]);
  });

  test("that is no JSON is refused by name", async () => {
    put("config.json", "{ port: 8080 }");
    await expect(found()).rejects.toThrow(/config.json: is not valid JSON \(.*\); correct it\.$/);
  });
});

test.each(["config.json", "labels.txt", "net.labels.txt"])(
  "%s of more than 16 MB is refused",
  async (name) => {
    put(name, " ".repeat(2 ** 24 + 1));
    await expect(found()).rejects.toThrow(
      `${join(folder, name)}: is 17 MB large, where at most 16 MB are read; make it smaller, or move it away from the model.`,
    );
  },
);

describe("labels", () => {
  test("class_indices.json of Keras", async () => {
    expect((await only("class_indices.json", { dog: 1, cat: 0 })).fields).toEqual({
      labels: ["cat", "dog"],
    });
  });

  test("metadata.json of Teachable Machine, with its preprocessing", async () => {
    const config = { packageName: "@teachablemachine/image", labels: ["a", "b"], imageSize: 224 };
    expect((await only("metadata.json", config)).fields).toEqual({
      labels: ["a", "b"],
      size: { width: 224, height: 224 },
      resize: "crop",
      resizeTo: 224,
      colour: "rgb",
      range: 1,
      mean: [0.5],
      std: [0.5],
    });
  });

  test("the model's own come first, then those of its folder", async () => {
    put("labels.txt", "a\nb");
    put("net.labels.txt", "c\nd");
    const findings = await found();
    expect(findings.map(({ source }) => source.detail)).toEqual(["net.labels.txt", "labels.txt"]);
    expect(findings[0]!.file).toBe(join(folder, "net.labels.txt"));
  });

  test("lie one folder up when the model's folder is called onnx", async () => {
    mkdirSync(join(folder, "onnx"));
    put("labels.txt", "a\nb");
    expect((await found("onnx/model.onnx"))[0]!.fields.labels).toEqual(["a", "b"]);
    mkdirSync(join(folder, "other"));
    expect(await found("other/model.onnx")).toEqual([]);
  });

  test.skipIf(!hasReal)("metadata.json of a real TensorFlow.js model", async () => {
    const model = join(realFolder, "models/tfjs/mobilenet_v1_025_224_layers/model.json");
    const findings = await readBeside(model, files);
    expect(findings[0]!.fields.labels!.length).toBe(1000);
    expect(findings[0]!.fields.labels![0]).toBe("tench, Tinca tinca");
  });
});
