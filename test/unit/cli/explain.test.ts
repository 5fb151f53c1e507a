import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/explain/service/manifest";
import type { NumberArray } from "../../../src/explain/tensor";
import { explained, explainJson, readNpy, sightline } from "../../helper/cli";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";
import { noiseImage, pixelsOf, plainImage } from "../../helper/picture";
import { expectValid } from "../../helper/schema";
import { flattenedModel, pooledModel, twoOutputModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const rgb = { colour: "rgb", range: 1, mean: [0], std: [1], resize: "squash" };

/** The last map is the image's brightness, and its negative plus 3. */
const bright = brightnessModel(join(folder, "bright.onnx"), { width: 8, height: 6 });
writeProfile(bright, { ...rgb, labels: ["bright", "dark"] });
const three = pooledModel(join(folder, "three.onnx"), 3);
writeProfile(three, { ...rgb, labels: ["cat", "dog, brown", "bird"] });

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

function readManifest(out: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Manifest;
  expectValid("manifest", manifest);
  return manifest;
}

/** How many columns of a terminal lie left of a word. */
function columnsBefore(line: string, word: string): number {
  const letters = [...line.slice(0, line.indexOf(word))];
  const width = (letter: string) =>
    /\p{M}/u.test(letter) ? 0 : /[\u3000-\u9fff]/.test(letter) ? 2 : 1;
  return letters.reduce((columns, letter) => columns + width(letter), 0);
}

/** Header and element type as numpy writes them. */
function headerOf(npy: string): string {
  const bytes = readFileSync(npy);
  return bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString("latin1");
}

describe("explain --out", () => {
  test("writes the array, the overlay and the manifest of every method and class, and nothing else", async () => {
    const image = await noiseImage(join(folder, "noise.png"), { width: 21, height: 10 });
    const out = join(folder, "all");
    const args = ["--model", bright, image, "--method", "gradCam,cam", "--class", "0,1"];
    const { status, stdout } = await sightline(["explain", ...args, "--out", out]);
    expect(status).toBe(0);
    expect(stdout).toContain(`9 files written to ${out}`);
    const stems = ["gradCam.0", "gradCam.1", "cam.0", "cam.1"].map((name) => `noise.${name}`);
    const files = stems.flatMap((stem) => [`${stem}.npy`, `${stem}.png`]);
    expect(readdirSync(out).sort()).toEqual([...files, "manifest.json"].sort());
    const [entry] = explained(readManifest(out));
    expect(entry!.maps.map(({ npy, png }) => [npy, png])).toEqual(
      stems.map((stem) => [`${stem}.npy`, `${stem}.png`]),
    );
  });

  test("the array is float32 in C order and holds the method's raw result", async () => {
    const image = await noiseImage(join(folder, "raw.png"), { width: 8, height: 6 });
    const out = join(folder, "raw");
    const args = ["--model", bright, image, "--method", "gradCam,cam", "--class", "0,1"];
    await sightline(["explain", ...args, "--out", out]);
    expect(headerOf(join(out, "raw.cam.0.npy"))).toMatch(
      /'descr': '<f4', 'fortran_order': False, 'shape': \(6, 8\)/,
    );
    const pixels = await pixelsOf(image);
    const brightness = Array.from({ length: 48 }, (_, i) =>
      pixels.subarray(3 * i, 3 * i + 3).reduce((sum, level) => sum + level / 255, 0),
    );
    const maps = [brightness, brightness.map((value) => 3 - value)];
    for (const [c, map] of maps.entries()) {
      const cam = readNpy(out, `raw.cam.${c}.npy`);
      const gradCam = readNpy(out, `raw.gradCam.${c}.npy`);
      for (let i = 0; i < 48; i++) {
        expect(cam.data[i]).toBeCloseTo(map[i]!, 5);
        expect(gradCam.data[i]).toBeCloseTo(map[i]! / 48, 5);
      }
    }
  });

  test("the overlay has the upright image's own size", async () => {
    const upright = join(folder, "upright.jpg");
    await sharp({ create: { width: 31, height: 17, channels: 3, background: "grey" } })
      .withMetadata({ orientation: 6 })
      .toFile(upright);
    const out = join(folder, "size");
    await sightline(["explain", "--model", bright, upright, "--out", out, "--class", "0"]);
    const overlay = await sharp(join(out, "upright.gradCam.0.png")).metadata();
    expect([overlay.width, overlay.height, overlay.format]).toEqual([17, 31, "png"]);
    expect(explained(readManifest(out))[0]!.geometry.image).toEqual({ width: 17, height: 31 });
  });

  test("the manifest says what a script needs to repeat the run", async () => {
    const image = await noiseImage(join(folder, "repeat.png"));
    const out = join(folder, "repeat");
    await sightline(["explain", "--model", three, image, "--out", out, "--class", "bird"]);
    const manifest = readManifest(out);
    expect(manifest.model).toMatchObject({ path: three, format: "onnx", hash: sha256(three) });
    expect(manifest.profile.labels).toEqual(["cat", "dog, brown", "bird"]);
    expect(manifest.profileSources.colour).toEqual({
      from: "sidecar",
      detail: "three.sightline.json",
    });
    expect(manifest.layer.name).toBe("features");
    expect(manifest.methods).toMatchObject([{ id: "gradCam", parameters: {} }]);
    expect(manifest.runtime.id).toBe("onnxruntime");
    expect(manifest.runtime.reason).toMatch(/first choice/);
    expect(manifest.versions.node).toBe(process.versions.node);
    const [entry] = explained(manifest);
    expect(entry).toMatchObject({ path: image, hash: sha256(image) });
    const [map] = entry!.maps;
    expect(map).toMatchObject({ method: "gradCam", classIndex: 2, label: "bird", score: "logit" });
    expect(map!.probability).toBeCloseTo(
      entry!.predictions.find(({ index }) => index === 2)!.probability,
      12,
    );
  });

  test("--json prints that manifest and nothing else", async () => {
    const image = await noiseImage(join(folder, "json.png"));
    const out = join(folder, "json");
    const args = ["--model", three, image, "--out", out, "--json"];
    const { status, stdout } = await sightline(["explain", ...args]);
    expect(status).toBe(0);
    expect(stdout).toBe(readFileSync(join(out, "manifest.json"), "utf8"));
  });

  test("without --out nothing is written", async () => {
    const place = join(folder, "untouched");
    mkdirSync(place);
    await noiseImage(join(place, "only.png"));
    const { status, stdout } = await sightline(["explain", "--model", three, "only.png"], {
      cwd: place,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^only\.png /m);
    expect(readdirSync(place)).toEqual(["only.png"]);
  });

  test("a second run replaces the files of the first", async () => {
    const image = join(folder, "again.png");
    const out = join(folder, "again");
    await plainImage(image, "black");
    await sightline(["explain", "--model", bright, image, "--out", out, "--class", "0"]);
    await plainImage(image, "white");
    await sightline(["explain", "--model", bright, image, "--out", out, "--class", "0"]);
    expect(Math.max(...readNpy(out, "again.gradCam.0.npy").data)).toBeCloseTo(3 / 48, 5);
    expect(readdirSync(out)).toHaveLength(3);
  });
});

describe("images", () => {
  test("of equal stems take their folder as prefix", async () => {
    const out = join(folder, "stems");
    const images = ["a", "b"].map((name) => join(folder, name, "1.png"));
    for (const [i, image] of images.entries()) {
      mkdirSync(join(image, ".."));
      await noiseImage(image, { seed: i + 1 });
    }
    const { stdout } = await sightline([
      ...["explain", "--model", three, ...images, "--out", out, "--class", "0"],
    ]);
    expect(readdirSync(out).filter((name) => name.endsWith(".npy"))).toEqual([
      "a__1.gradCam.0.npy",
      "b__1.gradCam.0.npy",
    ]);
    expect(stdout).toMatch(/^a\/1\.png .*\nb\/1\.png /m);
  });

  test("a folder stands for the images in it, in order of name", async () => {
    const place = join(folder, "gallery");
    mkdirSync(place);
    for (const name of ["b.jpg", "a.png", "c.webp"]) await noiseImage(join(place, name));
    await noiseImage(join(place, ".hidden.png"));
    const { images } = await explainJson(["--model", three, place]);
    expect(images.map(({ path }) => path)).toEqual(
      ["a.png", "b.jpg", "c.webp"].map((name) => join(place, name)),
    );
  });

  test("named twice are explained once", async () => {
    const image = await noiseImage(join(folder, "twice.png"));
    const manifest = await explainJson(["--model", three, image, "twice.png"], { cwd: folder });
    expect(manifest.images.map(({ path }) => path)).toEqual([image]);
  });

  test("may have spaces, letters of any script and a leading dash in their names", async () => {
    const names = ["with spaces.png", "日本語 – ünïcödé.png", "-dash.png"];
    for (const name of names) await noiseImage(join(folder, name));
    const out = join(folder, "out put ✓");
    const { status } = await sightline(
      ["explain", "--model", three, "--class", "1", "--out", out, "--", ...names],
      { cwd: folder },
    );
    expect(status).toBe(0);
    for (const name of names)
      expect(readdirSync(out)).toContain(name.replace(".png", ".gradCam.1.png"));
  });
});

describe("images of every kind", () => {
  const pixels = (channels: 1 | 3 | 4, width = 30, height = 20) =>
    sharp(
      new Uint8Array(width * height * channels).map((_, i) => i * 7),
      {
        raw: { width, height, channels },
      },
    );

  test("are explained: grey, 16-bit, CMYK, transparent, animated, tiny, thin", async () => {
    const place = join(folder, "kinds");
    mkdirSync(place);
    const frames = { width: 20, height: 40, channels: 3, pageHeight: 20 } as const;
    const kinds: Record<string, Sharp> = {
      "grey.png": pixels(1).toColourspace("b-w"),
      "deep.png": pixels(3).toColourspace("rgb16"),
      "cmyk.jpg": pixels(3).toColourspace("cmyk"),
      "transparent.webp": pixels(4),
      "animated.gif": sharp(new Uint8Array(20 * 40 * 3).fill(99), { raw: frames }),
      "plain.tiff": pixels(3),
      "plain.avif": pixels(3),
      "dot.png": pixels(3, 1, 1),
      "line.png": pixels(3, 300, 1),
    };
    for (const [name, image] of Object.entries(kinds)) await image.toFile(join(place, name));
    const out = join(folder, "kinds-out");
    const { status, complaints } = await sightline([
      ...["explain", "--model", three, place, "--class", "0", "--out", out],
    ]);
    expect([status, complaints]).toEqual([0, []]);
    for (const { path, geometry, maps } of explained(readManifest(out))) {
      const overlay = await sharp(join(out, maps[0]!.png!)).metadata();
      const original = await sharp(path).metadata();
      expect([overlay.width, overlay.height], path).toEqual([original.width, original.height]);
      expect(geometry.image).toEqual({ width: original.width, height: original.height });
    }
  });
});

describe("one bad image among good ones", () => {
  test("is told, and the others are done; the status is 1", async () => {
    const good = [
      await noiseImage(join(folder, "good1.png")),
      await noiseImage(join(folder, "good2.png")),
    ];
    const bad = join(folder, "bad.png");
    const out = join(folder, "mixed");
    const images = [good[0]!, bad, good[1]!];
    const run = await sightline(["explain", "--model", three, ...images, "--out", out]);
    expect(run.status).toBe(1);
    expect(run.complaints).toEqual([
      `${bad}: there is no such file; check whether it was moved or deleted.`,
    ]);
    const manifest = readManifest(out);
    expect(manifest.images.map(({ path }) => path)).toEqual(images);
    expect(explained(manifest).map(({ path }) => path)).toEqual(good);
    expect(manifest.images[1]).toMatchObject({
      error: { code: "image", message: run.complaints[0] },
    });
    expect(readdirSync(out).filter((name) => name.endsWith(".png"))).toHaveLength(2);
  });
});

describe("--layer", () => {
  test("takes any layer by name", async () => {
    const image = await noiseImage(join(folder, "layer.png"));
    const manifest = await explainJson(["--model", three, image, "--layer", "conv"]);
    expect(manifest.layer).toEqual({ name: "conv", reason: "It was asked for." });
    expect(explained(manifest)[0]!.maps[0]!.layer).toBe("conv");
  });

  test("a profile may name it", async () => {
    const model = pooledModel(join(folder, "profiled.onnx"), 3);
    writeProfile(model, { ...rgb, layer: "conv" });
    const manifest = await explainJson(["--model", model, join(folder, "layer.png")]);
    expect(manifest.layer).toEqual({ name: "conv", reason: "The profile names it." });
  });
});

describe("--output", () => {
  test("picks among several; without it the first is taken and that is said", async () => {
    const model = twoOutputModel(join(folder, "two.onnx"));
    const image = await noiseImage(join(folder, "two.png"));
    const first = await sightline(["explain", "--model", model, image]);
    expect(first.stderr).toMatch(/^output: first, the first output shaped \[N,K\] of .*second/m);
    const second = await explainJson(["--model", model, image, "--output", "second"]);
    expect(second.score.output).toBe("second");
    expect(explained(second)[0]!.predictions).toHaveLength(2);
  });
});

describe("--score probability", () => {
  test("explains p instead of the logit: its map is p·(1−p)-weighted against the other classes", async () => {
    const model = brightnessModel(join(folder, "score.onnx"), { width: 8, height: 8 });
    writeProfile(model, { ...rgb, labels: ["bright", "dark"] });
    const image = await noiseImage(join(folder, "score.png"));
    const out = join(folder, "score");
    const args = ["--model", model, image, "--class", "0", "--score", "probability"];
    const manifest = await explainJson([...args, "--out", out]);
    expect(manifest.score.kind).toBe("probability");
    const p = explained(manifest)[0]!.maps[0]!.probability;
    const pixels = await pixelsOf(image);
    const { data } = readNpy(out, "score.gradCam.0.npy");
    data.forEach((value, i) => {
      const brightness = pixels.subarray(3 * i, 3 * i + 3).reduce((sum, x) => sum + x / 255, 0);
      // dp/dy = p(1−p)·(1, −1), each mean gradient over 64 places: what is bright less what is dark.
      const expected = ((p * (1 - p)) / 64) * (brightness - (3 - brightness));
      expect(value).toBeCloseTo(Math.max(0, expected), 6);
    });
  });
});

describe("--runtime and --threads", () => {
  test("the reference computes what onnxruntime computes, to 1e-5 of the largest value", async () => {
    const image = await noiseImage(join(folder, "runtime.png"));
    for (const [i, model] of [three, bright, flattenedModel(join(folder, "flat.onnx"))].entries()) {
      const maps: NumberArray[] = [];
      for (const runtime of ["onnxruntime", "reference"]) {
        const out = join(folder, `${runtime}${i}`);
        const args = ["--model", model, image, "--class", "0", "--out", out];
        const manifest = await explainJson([...args, "--runtime", runtime]);
        expect(manifest.runtime).toMatchObject({ id: runtime });
        expect(manifest.runtime.reason).toMatch(/asked for/);
        maps.push(readNpy(out, "runtime.gradCam.0.npy").data);
      }
      const largest = Math.max(...maps[1]!);
      expect(largest).toBeGreaterThan(0);
      maps[0]!.forEach((value, at) =>
        expect(Math.abs(value - maps[1]![at]!)).toBeLessThanOrEqual(1e-5 * largest),
      );
    }
  });

  test("the number of threads changes nothing in the result", async () => {
    const image = await noiseImage(join(folder, "threads.png"));
    const [one, two] = await Promise.all(
      ["1", "2"].map((n) => explainJson(["--model", three, image, "--threads", n])),
    );
    expect(explained(one!)[0]!.predictions).toEqual(explained(two!)[0]!.predictions);
  });
});

describe("--method", () => {
  test("that does not apply says why and offers Grad-CAM", async () => {
    const model = flattenedModel(join(folder, "vgg.onnx"));
    const image = await noiseImage(join(folder, "vgg.png"));
    const run = await sightline(["explain", "--model", model, image, "--method", "cam"]);
    expect(run.status).toBe(1);
    expect(run.complaints).toHaveLength(1);
    expect(run.complaints[0]).toMatch(/vgg\.onnx: CAM needs .* Use Grad-CAM instead\.$/);
  });
});

describe("what is printed", () => {
  test("progress goes to standard error only, as lines", async () => {
    const image = await noiseImage(join(folder, "progress.png"));
    const { stdout, stderr } = await sightline(["explain", "--model", three, image]);
    expect(stderr).toMatch(/^ {2}0 % opening the model$/m);
    expect(stderr).toMatch(/^ *\d+ % progress\.png$/m);
    expect(stdout).not.toMatch(/opening/);
    expect(stdout + stderr).not.toContain("\x1b");
  });

  test("columns stay aligned whatever the names and labels", async () => {
    const model = pooledModel(join(folder, "wide.onnx"), 3);
    const long = "a label that goes on and on and on and on and on";
    writeProfile(model, { ...rgb, labels: [long, "猫", "é\u0301\x1b[31m"] });
    const names = ["s.png", `${"long ".repeat(20)}.png`, "日本語.png"];
    for (const [i, name] of names.entries()) await noiseImage(join(folder, name), { seed: i });
    const { stdout } = await sightline(
      ["explain", "--model", model, "--class", "0,1,2", ...names],
      { cwd: folder },
    );
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^image .*prediction .*probability .*explained .*method .*evidence/);
    for (const line of lines.slice(1)) {
      expect(columnsBefore(line, "gradCam"), line).toBe(columnsBefore(lines[0]!, "method"));
      expect(line).not.toContain("\x1b");
    }
  });

  test("a reader that goes away ends the program without a complaint", async () => {
    const place = join(folder, "many");
    mkdirSync(place);
    for (let i = 0; i < 12; i++) await noiseImage(join(place, `${i}.png`), { seed: i });
    const { status, stderr } = await sightline(["explain", "--model", three, place], {
      started: ({ stdout }) => stdout!.once("data", () => stdout!.destroy()),
    });
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|Error/);
  });
});
