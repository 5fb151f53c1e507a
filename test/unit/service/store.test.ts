import { copyFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { Explanation, ExplainRequest, Service } from "../../../src/explain/api";
import { writeOnnx } from "../../../src/explain/format/onnx/write";
import { Builder } from "../../../src/explain/graph/builder";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { tensor } from "../../../src/explain/tensor";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";

const folder = temporaryFolder();
const profile = { range: 1, mean: [0], std: [1], colour: "rgb", labels: ["bright", "dark"] };

async function grey(name: string, level: number): Promise<string> {
  const path = join(folder, name);
  const background = { r: level, g: level, b: level };
  await sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .png()
    .toFile(path);
  return path;
}

async function explain(
  service: Service,
  model: string,
  image: string,
  more: Partial<ExplainRequest> = {},
): Promise<Explanation> {
  const request: ExplainRequest = {
    model,
    images: [image],
    methods: ["gradCam"],
    layer: "auto",
    classes: { top: 1 },
    score: "logit",
    ...more,
  };
  for await (const event of service.explain(request)) {
    if (event.kind === "failed") throw new Error(event.error.message);
    if (event.kind === "explanation") return event.explanation;
  }
  throw new Error("nothing was explained");
}

async function withService<T>(work: (service: Service) => Promise<T>): Promise<T> {
  const service = createService(nodePlatform({}));
  try {
    return await work(service);
  } finally {
    await service.dispose();
  }
}

test("a model that changes on disk is read again", () =>
  withService(async (service) => {
    const image = await grey("changing.png", 200);
    const model = brightnessModel(join(folder, "changing.onnx"), { width: 8, height: 8, cell: 2 });
    writeProfile(model, profile);
    expect((await explain(service, model, image)).maps[0]!.dims).toEqual([4, 4]);
    brightnessModel(model, { width: 16, height: 16, cell: 2 });
    expect((await explain(service, model, image)).maps[0]!.dims).toEqual([8, 8]);
  }));

test("a profile that changes is read again, also when it appears or goes", () =>
  withService(async (service) => {
    const image = await grey("profiled.png", 200);
    const model = brightnessModel(join(folder, "profiled.onnx"), { width: 8, height: 8 });
    const sidecar = writeProfile(model, profile);
    const label = async () => (await explain(service, model, image)).predictions[0]!.label;
    expect(await label()).toBe("bright");
    writeFileSync(sidecar, JSON.stringify({ ...profile, labels: ["light", "shadow"] }));
    expect(await label()).toBe("light");
    rmSync(sidecar);
    expect(await label()).toBe("");
  }));

test("a model that is deleted between two requests is told in one sentence", () =>
  withService(async (service) => {
    const image = await grey("deleted.png", 200);
    const model = brightnessModel(join(folder, "deleted.onnx"), { width: 8, height: 8 });
    writeProfile(model, profile);
    await explain(service, model, image);
    rmSync(model);
    await expect(explain(service, model, image)).rejects.toThrow(/deleted\.onnx: .*there.*\.$/);
  }));

test("what was compiled once is not compiled again", async () => {
  let compiled = 0;
  const platform = nodePlatform({});
  const counting = platform.runtimes.map((runtime) => ({
    ...runtime,
    compile: (...request: Parameters<typeof runtime.compile>) => {
      compiled++;
      return runtime.compile(...request);
    },
  }));
  const service = createService({ ...platform, runtimes: counting });
  try {
    const image = await grey("warm.png", 200);
    const model = brightnessModel(join(folder, "warm.onnx"), { width: 64, height: 64 });
    writeProfile(model, profile);
    const first = await explain(service, model, image);
    const once = compiled;
    const copy = join(folder, "warm-copy.png");
    copyFileSync(image, copy);
    const second = await explain(service, model, copy);
    expect(once).toBeGreaterThan(0);
    expect(compiled).toBe(once);
    expect(second.maps[0]!.data).toEqual(first.maps[0]!.data);
  } finally {
    await service.dispose();
  }
});

test("a guess is made on images, remembered, and said with its runner-up", async () => {
  const image = await grey("guessed.png", 200);
  const model = brightnessModel(join(folder, "guessed.onnx"), { width: 8, height: 8 });
  const sources = () =>
    withService(async (service) => {
      const request = { model, trialImages: [image] };
      return (await service.inspect(request)).profileSources.mean;
    });
  const first = await sources();
  expect(first).toMatchObject({
    from: "guess",
    detail: expect.stringMatching(/runner-up .*on \d+ image/),
  });
  expect(await sources()).toEqual(first);
});

test("without images nothing is guessed, and later images are used", () =>
  withService(async (service) => {
    const image = await grey("later.png", 200);
    const model = brightnessModel(join(folder, "later.onnx"), { width: 8, height: 8, cell: 4 });
    expect((await service.inspect({ model })).profileSources.mean.from).toBe("default");
    await explain(service, model, image);
    expect((await service.inspect({ model, trialImages: [image] })).profileSources.mean.from).toBe(
      "guess",
    );
  }));

test("a cancelled request ends with its own error and leaves the service usable", () =>
  withService(async (service) => {
    const image = await grey("cancelled.png", 200);
    const model = brightnessModel(join(folder, "cancelled.onnx"), { width: 8, height: 8 });
    writeProfile(model, profile);
    const abort = new AbortController();
    abort.abort();
    const request = {
      model,
      images: [image],
      methods: ["gradCam"],
      layer: "auto",
      classes: { top: 1 },
      score: "logit",
    } as const;
    const cancelled = async () => {
      for await (const event of service.explain(request, abort.signal)) void event;
    };
    await expect(cancelled()).rejects.toMatchObject({ code: "cancelled" });
    expect((await explain(service, model, image)).maps).toHaveLength(1);
  }));

test("a model that takes bytes is fed bytes", () =>
  withService(async (service) => {
    const image = await grey("bytes.png", 200);
    const g = new Builder("bytes");
    const input = g.input("image", "uint8", ["N", 3, 8, 8]);
    const floats = g.op("Cast", [input], { to: "float32" });
    const kernel = g.parameter("kernel", tensor("float32", [1, 1, 1, -1, -1, -1], [2, 3, 1, 1]));
    const map = g.op("Relu", [g.op("Conv", [floats, kernel])]);
    const model = join(folder, "bytes.onnx");
    const logits = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    writeFileSync(model, writeOnnx(g.finish([logits])));
    const { maps, predictions } = await explain(service, model, image);
    expect(predictions[0]).toMatchObject({ index: 0, logit: 600 });
    expect(maps[0]!.range.max).toBeCloseTo(600 / 64, 4);
    expect((await service.inspect({ model })).profile).toMatchObject({ range: 255, mean: [0] });
  }));

test("a new weights file beside the model is noticed, whatever its name", () =>
  withService(async (service) => {
    const image = await grey("external.png", 200);
    const g = new Builder("external");
    const input = g.input("image", "float32", ["N", 3, 8, 8]);
    const weights = join(folder, "external.onnx_data");
    const located = { file: weights, offset: 0, length: 24 };
    const kernel = g.parameter("kernel", {
      type: "float32",
      dims: [2, 3, 1, 1],
      location: located,
    });
    const logits = g.op("Flatten", [g.op("GlobalAveragePool", [g.op("Conv", [input, kernel])])]);
    const model = join(folder, "external.onnx");
    writeFileSync(weights, new Float32Array([1, 1, 1, -1, -1, -1]));
    writeFileSync(model, writeOnnx(g.finish([logits])));
    writeProfile(model, profile);
    const best = async () => (await explain(service, model, image)).predictions[0]!.label;
    expect(await best()).toBe("bright");
    writeFileSync(weights, new Float32Array([-1, -1, -1, 1, 1, 1]));
    utimesSync(weights, 1, 2);
    expect(await best()).toBe("dark");
  }));

test("a batch that the exporter fixed and that cannot be opened is refused in one sentence", () =>
  withService(async (service) => {
    const g = new Builder("fixed");
    const input = g.input("image", "float32", [8, 3, 4, 4]);
    const mixed = g.op("Reshape", [input, g.ints([3, 8, 4, 4])]);
    const kernel = g.parameter(
      "kernel",
      tensor("float32", new Array<number>(16).fill(1), [2, 8, 1, 1]),
    );
    const logits = g.op("Flatten", [g.op("GlobalAveragePool", [g.op("Conv", [mixed, kernel])])]);
    const model = join(folder, "fixed.onnx");
    writeFileSync(model, writeOnnx(g.finish([logits])));
    await expect(service.inspect({ model })).rejects.toThrow(
      /fixed\.onnx: the batch size is fixed at 8.*export it with/,
    );
  }));

test("an unsure guess is not tried again on the same images", async () => {
  const image = await grey("unsure.png", 200);
  writeFileSync(join(folder, "broken.png"), "no image");
  const model = brightnessModel(join(folder, "unsure.onnx"), { width: 8, height: 8, cell: 4 });
  const log: string[] = [];
  const service = createService(nodePlatform({}, (line) => log.push(line)));
  const trials = () => log.filter((line) => line.includes("by trial")).length;
  await explain(service, model, image);
  expect(trials()).toBe(1);
  await explain(service, model, image);
  expect(trials()).toBe(1);
  await service.dispose();
});
