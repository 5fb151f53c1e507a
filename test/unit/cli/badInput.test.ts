import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { sightline } from "../../helper/cli";
import { hasReal, realFolder, temporaryFolder } from "../../helper/files";
import { modelBytes, type NodeText } from "../../helper/onnxModel";
import { noiseImage } from "../../helper/picture";
import {
  brokenModel,
  detectionModel,
  features,
  linearHead,
  pooledModel,
  tabularModel,
  writeModel,
} from "../../helper/smallModel";

const folder = temporaryFolder();
const inFolder = (...parts: string[]) => join(folder, ...parts);
const fixture = (...parts: string[]) => join(__dirname, "../../fixture", ...parts);

const image = inFolder("good.png");
const model = pooledModel(inFolder("good.onnx"), 3);
const good = { model, image };

beforeAll(() => noiseImage(image));

/** One bad input: what `sightline explain` is given, and what it says about which file. */
interface Row {
  readonly what: string;
  readonly given: () => Promise<Given> | Given;
  /** What follows the file's name. */
  readonly says: RegExp;
  readonly needs?: boolean;
}

interface Given {
  readonly model: string;
  readonly image: string;
  readonly more?: readonly string[];
  /** The file that the sentence begins with. */
  readonly blamed: string;
}

const badImage = (name: string, content: string | Uint8Array) => (): Given => {
  const path = inFolder(name);
  writeFileSync(path, content);
  return { model, image: path, blamed: path };
};

const badModel = (make: () => string) => (): Given => {
  const path = make();
  return { model: path, image, blamed: path };
};

/** A model of one node that the graph itself would refuse. */
function rawModel(name: string, node: NodeText): string {
  const inputs = { x: [1, 3, 8, 8] };
  writeFileSync(inFolder(name), modelBytes({ opset: 17, inputs, nodes: [node] }));
  return inFolder(name);
}

/** The model as a copy of a fixture that stands in a folder of its own. */
const external = (name: string, link?: string) =>
  badModel(() => {
    mkdirSync(inFolder(`external-${name}`));
    const path = inFolder(`external-${name}`, `${name}.onnx`);
    copyFileSync(fixture("onnx/external", `${name}.onnx`), path);
    if (link) symlinkSync(link, inFolder(`external-${name}`, "link.bin"));
    return path;
  });

const cut = (share: number) =>
  badModel(() => {
    const path = pooledModel(inFolder(`cut${share}.onnx`), 3);
    truncateSync(path, Math.floor(readFileSync(path).length * share));
    return path;
  });

/** A good model with a bad profile beside it. */
const badProfile = (name: string, content: string) => (): Given => {
  const path = pooledModel(inFolder(`${name}.onnx`), 3);
  const profile = path.replace(".onnx", ".sightline.json");
  writeFileSync(profile, content);
  return { model: path, image, blamed: profile };
};

const rows: Row[] = [
  // images
  {
    what: "an image that is text",
    given: badImage("text.png", "hello"),
    says: /is not an image in a format that can be read; use JPEG, PNG, /,
  },
  {
    what: "an image that is JSON",
    given: badImage("data.jpg", "{}"),
    says: /is not an image .*; use JPEG, PNG, /,
  },
  {
    what: "an image of 0 bytes",
    given: badImage("empty.jpg", ""),
    says: /is empty; copy or download the image again\.$/,
  },
  {
    what: "a truncated JPEG",
    given: async () => {
      const path = await noiseImage(inFolder("cut.jpg"), { width: 200, height: 200 });
      truncateSync(path, 9000);
      return { model, image: path, blamed: path };
    },
    says: /is damaged or cut short \(premature end of JPEG image\); copy or download the image again\.$/,
  },
  {
    what: "an image that is not there",
    given: () => ({ model, image: inFolder("gone.png"), blamed: inFolder("gone.png") }),
    says: /there is no such file; check whether it was moved or deleted\.$/,
  },
  {
    what: "a folder without images",
    given: () => {
      mkdirSync(inFolder("no-images.png"));
      return { model, image: inFolder("no-images.png"), blamed: inFolder("no-images.png") };
    },
    says: /the folder has no images in it; name another folder, or the image files themselves\.$/,
  },
  // models
  {
    what: "a model of 0 bytes",
    given: badModel(() => {
      writeFileSync(inFolder("empty.onnx"), "");
      return inFolder("empty.onnx");
    }),
    says: /this is an empty file; copy or export the model again\.$/,
  },
  {
    what: "a model that is an image",
    given: badModel(() => {
      copyFileSync(fixture("foreign/picture.jpg"), inFolder("picture.onnx"));
      return inFolder("picture.onnx");
    }),
    says: /this is an image; choose a model file, such as one that ends in \.onnx\.$/,
  },
  {
    what: "a model that is a checkpoint",
    given: badModel(() => fixture("foreign/checkpoint.pth")),
    says: /this is a PyTorch file .*torch\.onnx\.export/,
  },
  {
    what: "a model that is noise",
    given: badModel(() => {
      writeFileSync(
        inFolder("noise.onnx"),
        Uint8Array.from({ length: 500 }, (_, i) => i * 37),
      );
      return inFolder("noise.onnx");
    }),
    says: /this is not an ONNX model; choose another file/,
  },
  ...[0.2, 0.5, 0.8, 0.97].map((share) => ({
    what: `a model cut after ${100 * share} %`,
    given: cut(share),
    says: /(damaged|cut off|ends|incomplete|no graph|not an ONNX).*; .*(again|copy|export)/,
  })),
  {
    what: "a model that is not there",
    given: badModel(() => inFolder("gone.onnx")),
    says: /there is no such file; it may have been moved or deleted, so choose it again\.$/,
  },
  {
    what: "a model in a folder that is not there",
    given: badModel(() => inFolder("nowhere", "gone.onnx")),
    says: /there is no such file; it may have been moved or deleted, so choose it again\.$/,
  },
  {
    what: "a folder as model",
    given: badModel(() => {
      mkdirSync(inFolder("folder.onnx"));
      return inFolder("folder.onnx");
    }),
    says: /this is a folder, not a model file; choose a model file in it\.$/,
  },
  {
    what: "external data that are missing",
    given: external("missing"),
    says: /its external data file “gone\.bin” is missing; put it into the model's folder /,
  },
  {
    what: "external data outside by ..",
    given: external("parent"),
    says: /“\.\.\/encodings\.onnx” lies outside the model's folder, which is not allowed; put it beside/,
  },
  {
    what: "external data outside by an absolute path",
    given: external("absolute"),
    says: /“\/etc\/passwd” lies outside the model's folder, which is not allowed; put it beside/,
  },
  {
    what: "external data outside by a link",
    given: external("linked", fixture("onnx/encodings.onnx")),
    says: /“link\.bin” lies outside the model's folder, which is not allowed; put it beside/,
  },
  {
    what: "a model that no image goes into",
    given: badModel(() => tabularModel(inFolder("table.onnx"))),
    says: /no input is shaped like an image, .*image float32 \[N,12\]\); choose an image classifier\.$/,
  },
  {
    what: "a model that takes more than colours",
    given: badModel(() =>
      writeModel(inFolder("four.onnx"), ["N", 4, 8, 8], (g, x) => [
        g.op("Flatten", [g.op("GlobalAveragePool", [x])]),
      ]),
    ),
    says: /no input is shaped like an image, .* 1 or 3 channels, as photos have .*; choose an image classifier\.$/,
  },
  {
    what: "a model that takes more than the image",
    given: badModel(() =>
      writeModel(inFolder("scale.onnx"), ["N", 3, 8, 8], (g, x) => [
        linearHead(g, features(g, g.op("Mul", [x, g.input("scale", "float32", [1])])), 3),
      ]),
    ),
    says: /besides the image “image” the model needs the input “scale” \[1\], for which there is no value; export it with a constant/,
  },
  {
    what: "a model with a node without inputs",
    given: badModel(() => rawModel("mean.onnx", { op: "Mean", outputs: ["y"], name: "deep/mean" })),
    says: /operator Mean \(node “deep\/mean”\) has no input number 1, which it needs; correct the model/,
  },
  {
    what: "a model that finds boxes",
    given: badModel(() => detectionModel(inFolder("boxes.onnx"))),
    says: /no output is shaped \[N,K\] .* boxes \[N,4,64\]\); export the classification head\.$/,
  },
  {
    what: "a model with an unknown operator",
    given: badModel(() => fixture("onnx/refused/unknown.onnx")),
    says: /operator Sparkle \(node “deep\/layer”\) is not supported; replace it by supported operators/,
  },
  {
    what: "a model whose weights are not numbers",
    given: () => ({ model: brokenModel(inFolder("nan.onnx")), image, blamed: image }),
    says: /scores of this image are not numbers .*; check the model, and how its profile scales images\. The first values that are not numbers are made by MatMul “logits”\.$/,
  },
  // profiles
  {
    what: "a profile with an unknown key",
    given: badProfile("key", `{ "colr": "bgr" }`),
    says: /“colr” is not a known key; did you mean “colour”\?/,
  },
  {
    what: "a profile with a wrong type",
    given: badProfile("type", `{ "mean": "zero" }`),
    says: /“mean” is "zero"; it must be a list of /,
  },
  {
    what: "a profile that is no JSON",
    given: badProfile("json", `{ colour }`),
    says: /is not valid JSON .*; correct it\.$/,
  },
  {
    what: "a profile with labels of the wrong number",
    given: badProfile("two", `{ "labels": ["a", "b"] }`),
    says: /has 2 class names, but .*two\.onnx has 3 outputs; give one name per output, in order\.$/,
  },
  {
    what: "a profile whose labels file is missing",
    given: () => ({
      ...badProfile("unlabelled", `{ "labels": "nowhere.txt" }`)(),
      blamed: inFolder("nowhere.txt"),
    }),
    says: /there is no such labels file; correct the path in “labels”\.$/,
  },
  {
    what: "a profile that is not there",
    given: () => ({
      ...good,
      more: ["--profile", inFolder("gone.json")],
      blamed: inFolder("gone.json"),
    }),
    says: /there is no such profile; correct the path\.$/,
  },
  {
    what: "a labels file of the wrong length beside the model",
    given: () => {
      mkdirSync(inFolder("labelled"));
      writeFileSync(inFolder("labelled", "labels.txt"), "cat\ndog\n");
      const path = pooledModel(inFolder("labelled", "net.onnx"), 3);
      return { model: path, image, blamed: inFolder("labelled", "labels.txt") };
    },
    says: /has 2 class names, but .*net\.onnx has 3 outputs; give one name per output, in order\.$/,
  },
  // requests that do not fit
  {
    what: "a layer that is not there",
    given: () => ({ ...good, more: ["--layer", "conv99"], blamed: model }),
    says: /there is no layer “conv99” with rows and columns; sightline inspect lists the layers\.$/,
  },
  {
    what: "an output that is not there",
    given: () => ({ ...good, more: ["--output", "boxes"], blamed: model }),
    says: /there is no output “boxes”; the outputs are logits \[N,3\]\.$/,
  },
  // output folders; root may write anywhere, so what cannot be written is a file or the kernel's own
  {
    what: "an output folder that is a file",
    given: () => ({ ...good, more: ["--out", model], blamed: model }),
    says: /this is not a folder, so nothing can be written there; choose another output folder\.$/,
  },
  {
    what: "an output folder under a file",
    given: () => ({ ...good, more: ["--out", join(model, "a")], blamed: join(model, "a") }),
    says: /this is not a folder, so nothing can be written there; choose another output folder\.$/,
  },
  {
    what: "an output folder that the system refuses",
    given: () => ({ ...good, more: ["--out", "/proc/sightline"], blamed: "/proc/sightline" }),
    says: /this folder (cannot be made|is not writable); choose another output folder/,
    needs: existsSync("/proc/self"),
  },
  {
    what: "an output folder with a folder in the way",
    given: () => {
      mkdirSync(inFolder("way", "good.gradCam.0.npy"), { recursive: true });
      const more = ["--out", inFolder("way"), "--class", "0"];
      return { ...good, more, blamed: inFolder("way") };
    },
    says: /a folder of the file's name is in the way there; choose another output folder\.$/,
  },
];

/** Words that only people who know the libraries understand, and marks of a sentence put together carelessly. */
const unreadable =
  /\bE[A-Z]{4,}\b|vips|libpng|sharp|protobuf|napi|TypeError|undefined|\[object|NaN,|node:internal|\.js:\d|\.\.$|\.\.\s|;;|: :|\(\)/;

describe("bad input is told in one sentence", () => {
  for (const { what, given, says, needs = true } of rows) {
    test.skipIf(!needs)(what, async () => {
      const { model, image, more = [], blamed } = await given();
      const run = await sightline(["explain", "--model", model, image, ...more]);
      expect(run.complaints).toHaveLength(1);
      const [sentence] = run.complaints;
      expect(sentence!.startsWith(`${blamed}: `), sentence).toBe(true);
      expect(sentence).toMatch(says);
      expect(sentence).toMatch(/\.$/);
      expect(sentence!.replaceAll(folder, "")).not.toMatch(unreadable);
      expect(run.status).toBe(1);
    });
  }
});

test("where an output folder cannot be used, nothing half-written remains", () => {
  const leftovers = readdirSync(folder, { recursive: true }).filter((name) =>
    String(name).endsWith(".tmp"),
  );
  expect(leftovers).toEqual([]);
  expect(readdirSync(inFolder("way"))).toEqual(["good.gradCam.0.npy"]);
});

test("maps that are not all numbers are not written; the manifest says why", async () => {
  const out = inFolder("broken");
  const broken = brokenModel(inFolder("broken.onnx"));
  const run = await sightline([
    "explain",
    "--model",
    broken,
    image,
    "--class",
    "0,1",
    "--out",
    out,
  ]);
  expect(run.status).toBe(1);
  expect(readdirSync(out)).not.toContain("good.gradCam.0.npy");
  const manifest = readFileSync(join(out, "manifest.json"), "utf8");
  expect(manifest).toMatch(/"blank": "The class scores of this image are not numbers/);
});

test.skipIf(!hasReal)("a real model cut anywhere is told in one sentence", async () => {
  const whole = readFileSync(join(realFolder, "models/onnx/SqueezeNet_fp16.onnx"));
  for (const share of [0.1, 0.5, 0.9, 0.999]) {
    const path = inFolder("squeezenet.onnx");
    writeFileSync(path, whole.subarray(0, whole.length * share));
    const { status, complaints } = await sightline(["explain", "--model", path, image]);
    expect(complaints, `cut at ${share}`).toEqual([
      expect.stringMatching(/squeezenet\.onnx: .*; .*again.*\.$/),
    ]);
    expect(status).toBe(1);
  }
});
