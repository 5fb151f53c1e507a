import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/explain/profile/finding";
import type { ClassScore, ImageInput } from "../../../src/explain/model/model";
import type { Profile, ProfileField, ProfileSource } from "../../../src/explain/profile/profile";
import {
  conventionsToTry,
  resolveProfile,
  type ProfileRequest,
} from "../../../src/explain/profile/resolveProfile";
import type { Trial } from "../../../src/explain/profile/trial";

const input: ImageInput = {
  name: "image",
  type: "float32",
  layout: "NCHW",
  channels: 3,
  height: 224,
  width: 224,
  batch: 1,
};
const score: ClassScore = {
  output: "out",
  reason: "the only output",
  candidates: ["out"],
  logit: "logit",
  tail: "none",
  classes: 1000,
};

interface Change {
  readonly input?: Partial<ImageInput>;
  readonly score?: Partial<ClassScore>;
  readonly sidecar?: Partial<Profile>;
  readonly beside?: readonly Partial<Profile>[];
  readonly trial?: Trial;
}

const finding = (
  from: ProfileSource["from"],
  detail: string,
  fields: Partial<Profile>,
): Finding => ({
  fields,
  source: { from, detail },
  file: detail,
});

function request(change: Change = {}): ProfileRequest {
  return {
    model: "net.onnx",
    anatomy: { input: { ...input, ...change.input }, score: { ...score, ...change.score } },
    ...(change.sidecar && { sidecar: finding("sidecar", "net.sightline.json", change.sidecar) }),
    beside: (change.beside ?? []).map((fields, i) => finding("file", `beside${i}.json`, fields)),
    trial: change.trial,
  };
}

const resolve = (change?: Change) => resolveProfile(request(change));
const fields: ProfileField[] = [
  ...([
    "size",
    "resize",
    "resizeTo",
    "kernel",
    "antialias",
    "fill",
    "colour",
    "range",
    "mean",
    "std",
  ] as const),
  ...(["output", "activation", "layer", "backgroundClass", "labels"] as const),
];

const trial: Trial = {
  winner: "meansBgr",
  images: 9,
  sure: true,
  results: [],
  text: "BGR it is",
  figures: "0.9",
};

describe("a profile is complete, and every field says where it comes from", () => {
  test("when nothing but the graph is known", () => {
    const { profile, sources } = resolve();
    expect(Object.keys(sources).sort()).toEqual([...fields].sort());
    expect(profile).toMatchObject({
      size: { width: 224, height: 224 },
      resize: "crop",
      resizeTo: 256,
      kernel: "bilinear",
      antialias: true,
      colour: "rgb",
      mean: [0.485, 0.456, 0.406],
      activation: "softmax",
      output: "out",
      layer: "auto",
    });
    expect(profile.labels.length).toBe(1000);
    expect(sources.size).toEqual({ from: "graph", detail: "input “image” is 224 × 224" });
    expect(sources.resize).toEqual({
      from: "guess",
      detail: "1000 outputs: shorter side 256, centre 224 × 224, as ImageNet is evaluated",
    });
    expect(sources.mean).toEqual({ from: "default", detail: "not tried on images yet" });
    expect(sources.activation.detail).toBe(
      "the graph ends in scores; softmax is usual for one class of several",
    );
    expect(sources.labels).toEqual({ from: "guess", detail: "1000 outputs: ImageNet-1k names" });
  });

  test("in the order sidecar, beside, graph, guess, default", () => {
    const { profile, sources } = resolve({
      score: { tail: "sigmoid" },
      sidecar: { range: 255, kernel: "bicubic" },
      beside: [
        { range: 1, colour: "bgr" },
        { colour: "rgb", layer: "last" },
      ],
      trial,
    });
    expect(profile).toMatchObject({
      range: 255,
      kernel: "bicubic",
      colour: "bgr",
      layer: "last",
      activation: "sigmoid",
    });
    expect(profile.mean).toEqual([103.939, 116.779, 123.68]);
    const from = (field: ProfileField) => `${sources[field].from}: ${sources[field].detail}`;
    expect(fields.slice(6, 10).map(from)).toEqual([
      "file: beside0.json",
      "sidecar: net.sightline.json",
      "guess: BGR it is",
      "guess: BGR it is",
    ]);
    expect(from("layer")).toBe("file: beside1.json");
    expect(from("activation")).toBe("graph: the graph ends in Sigmoid");
  });

  test("the size that the graph fixes counts for more than what lies beside", () => {
    const { profile } = resolve({
      input: { width: 256, height: 256 },
      beside: [{ size: { width: 224, height: 224 } }],
    });
    expect(profile.size).toEqual({ width: 256, height: 256 });
  });

  test("a model that takes any size takes the profile's, else the usual one", () => {
    const any = { width: undefined, height: undefined };
    expect(
      resolve({ input: any, beside: [{ size: { width: 9, height: 8 } }] }).profile.size,
    ).toEqual({ width: 9, height: 8 });
    const { profile, sources } = resolve({ input: any });
    expect(profile.size).toEqual({ width: 224, height: 224 });
    expect(sources.size.from).toBe("default");
  });

  test("a grey model", () => {
    const { profile, sources } = resolve({
      input: { channels: 1, width: 28, height: 28 },
      score: { classes: 10 },
    });
    expect(profile).toMatchObject({
      colour: "grey",
      mean: [0],
      std: [1],
      resize: "squash",
      labels: [],
    });
    expect(sources.colour).toEqual({ from: "graph", detail: "input “image” has 1 channel" });
  });

  test("TensorFlow's 1001 classes begin with nothing", () => {
    const { profile, sources } = resolve({ score: { classes: 1001 } });
    expect([profile.backgroundClass, profile.labels[0]]).toEqual([0, "background"]);
    expect(sources.backgroundClass.from).toBe("guess");
  });

  test("one output is a sigmoid", () => {
    expect(resolve({ score: { classes: 1 } }).profile.activation).toBe("sigmoid");
  });

  test.each([
    [{ sidecar: { resize: "crop" } as const }, "crop", 256],
    [{ sidecar: { resizeTo: 300 } }, "crop", 300],
    [{ sidecar: { resize: "letterbox" } as const }, "letterbox", 224],
    [{ score: { classes: 4 } }, "squash", 224],
    [{ score: { classes: 4 }, sidecar: { resizeTo: 240 } }, "crop", 240],
    [{ input: { width: 299, height: 299 } }, "crop", 342],
  ])("geometry: %j → %s, %i", (change, resize, resizeTo) => {
    expect(resolve(change).profile).toMatchObject({ resize, resizeTo });
  });
});

describe("parts that do not fit the model are refused in one sentence", () => {
  const rows: [Change, RegExp][] = [
    [
      { sidecar: { labels: ["a", "b"] } },
      /^net.sightline.json: has 2 class names, but net.onnx has 1000 outputs; give one name per output, in order\.$/,
    ],
    [
      { beside: [{ labels: ["a"] }] },
      /^beside0.json: has 1 class name, but net.onnx has 1000 outputs; /,
    ],
    [
      { sidecar: { size: { width: 9, height: 8 } } },
      /^net.sightline.json: “size” is 9 × 8, but the model takes 224 × 224 only; correct it or leave it out\.$/,
    ],
    [
      { sidecar: { backgroundClass: 1000 } },
      /“backgroundClass” is 1000, but the classes are 0 to 999; /,
    ],
    [
      { input: { channels: 1 }, sidecar: { mean: [1, 2, 3] } },
      /“mean” has 3 numbers, but the model's input has 1 channel; give 1 or 1/,
    ],
  ];
  test.each(rows)("%j", (change, says) => {
    expect(() => resolve(change)).toThrow(says);
  });

  test("two names for one output are right", () => {
    expect(
      resolve({ score: { classes: 1 }, sidecar: { labels: ["no", "yes"] } }).profile.labels.length,
    ).toBe(2);
  });
});

describe("what is worth trying on images", () => {
  const ids = (change?: Change) => conventionsToTry(request(change)).map(({ id }) => id);

  test("everything for an ImageNet model of which nothing is known", () => {
    expect(ids()).toEqual([
      "imagenet",
      "unit",
      "signed",
      "bytes",
      "bytesBgr",
      "means",
      "meansBgr",
      "meansBgrRounded",
    ]);
  });

  test("not Caffe's conventions for other models", () => {
    expect(ids({ score: { classes: 4 } })).toEqual(["imagenet", "unit", "signed", "bytes"]);
  });

  test("only what agrees with what is known", () => {
    expect(ids({ sidecar: { range: 255 }, beside: [{ colour: "rgb" }] })).toEqual([
      "bytes",
      "means",
    ]);
    expect(ids({ sidecar: { mean: [0.5], std: [0.5] } })).toEqual(["signed"]);
  });

  test("grey conventions for a grey model", () => {
    expect(ids({ input: { channels: 1 }, score: { classes: 10 } })).toEqual([
      "unitGrey",
      "signedGrey",
      "bytesGrey",
    ]);
  });

  test("nothing when all is known, or was tried", () => {
    expect(ids({ sidecar: { colour: "rgb", range: 1, mean: [0], std: [1] } })).toEqual([]);
    expect(ids({ trial })).toEqual([]);
  });
});
