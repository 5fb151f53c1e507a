import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { Explanation, ExplainRequest, Service } from "../../../src/explain/api";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service";
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

test("what was prepared once is not prepared again", () =>
  withService(async (service) => {
    const image = await grey("warm.png", 200);
    const model = brightnessModel(join(folder, "warm.onnx"), { width: 64, height: 64 });
    writeProfile(model, profile);
    const first = await explain(service, model, image);
    const copy = join(folder, "warm-copy.png");
    copyFileSync(image, copy);
    const second = await explain(service, model, copy);
    expect(second.timings.prepare).toBeLessThan(first.timings.prepare);
    expect(second.maps[0]!.data).toEqual(first.maps[0]!.data);
  }));

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
