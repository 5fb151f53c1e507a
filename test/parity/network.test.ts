import { afterAll, describe, expect, test } from "vitest";
import type { Explanation, ExplainRequest } from "../../src/explain/api";
import { nodePlatform } from "../../src/explain/node";
import { createService } from "../../src/explain/service/service";
import { hashTensor } from "./hashWeights";
import { error } from "./error";
import { fixtures, useFixture, type Files, type Maps } from "./fixture";
import { inputGradients, openSession } from "./session";

/** The largest error that counts as agreement, relative to the largest value of the golden. */
const tolerance = 1e-4;

const service = createService(nodePlatform({}));
afterAll(() => service.dispose());

async function explain(files: Files, request: Partial<ExplainRequest>): Promise<Explanation> {
  const events = service.explain({
    model: files.model,
    tensor: files.tensor,
    images: [],
    methods: ["gradCam"],
    layer: "auto",
    classes: { top: 1 },
    score: "logit",
    ...request,
  });
  for await (const event of events) {
    if (event.kind === "explanation") return event.explanation;
    if (event.kind === "failed") throw new Error(event.error.message);
  }
  throw new Error("the service explained nothing");
}

/** A map as Sightline gives it. */
interface Ours {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

function expectMaps(ours: readonly Ours[], golden: Maps): void {
  expect(ours.map(({ dims }) => dims)).toEqual(golden.maps.map(() => golden.dims));
  const errors = golden.maps.map((map, k) => error(ours[k]!.data, map));
  expect(Math.max(...errors), `errors by class: ${errors.join(", ")}`).toBeLessThan(tolerance);
}

/** What pytorch-grad-cam makes of a signed sum: ReLU, then its min-max normalisation, which it applies twice. */
function asPytorchGradCam(signed: Float32Array): number[] {
  const normalise = (map: readonly number[]) => {
    const least = Math.min(...map);
    const range = Math.max(...map) - least;
    return map.map((value) => (value - least) / (1e-7 + range));
  };
  return normalise(normalise([...signed].map((value) => Math.max(value, 0))));
}

describe.each(fixtures)("%s computes what PyTorch computes in double precision", (name) => {
  const { golden, files } = useFixture(name);
  const classes = { indices: golden.classes };
  const atDefault = golden.gradCam.find((layer) => layer.default)!;
  const elsewhere = golden.gradCam.filter((layer) => !layer.default);

  test("with the same weights to the last bit", () => {
    expect(files().sha256).toBe(golden.sha256);
  });

  test("logits and Grad-CAM of several classes in one pass, at the layer chosen by itself", async () => {
    const { maps } = await explain(files(), { classes });
    expect(maps.map(({ layer }) => layer)).toEqual(golden.classes.map(() => atDefault.name));
    const logits = maps.map(({ logit }) => logit);
    expect(error(logits, golden.logits)).toBeLessThan(tolerance);
    expectMaps(maps, atDefault);
  });

  test("Grad-CAM of each class by itself, of the predicted one unasked", async () => {
    const [predicted] = (await explain(files(), {})).maps;
    expect(predicted!.classIndex).toBe(golden.classes[0]);
    const others = golden.classes.slice(1).map(async (index) => {
      const { maps } = await explain(files(), { classes: { indices: [index] } });
      return maps[0]!;
    });
    expectMaps([predicted!, ...(await Promise.all(others))], atDefault);
  });

  for (const layer of elsewhere) {
    test(`Grad-CAM at the earlier layer ${layer.name}`, async () => {
      expectMaps((await explain(files(), { classes, layer: layer.name })).maps, layer);
    });
  }

  if (golden.inputGradient) {
    const { stride, values } = golden.inputGradient;
    test("the gradient of each class by the image", async () => {
      const { dims } = golden.input;
      const session = await openSession(files().model, dims[3]!);
      const input = { type: "float32", dims, data: hashTensor(golden.input) } as const;
      const { maps } = await inputGradients(session, input, golden.classes);
      const errors = maps.map(({ data }, k) =>
        error(
          data.filter((_, i) => i % stride === 0),
          values[k]!,
        ),
      );
      expect(Math.max(...errors), `errors by class: ${errors.join(", ")}`).toBeLessThan(tolerance);
    });
  }

  test(golden.cam ? "CAM" : "no CAM, for the head is none that it could read", async () => {
    const explained = explain(files(), { classes, methods: ["cam"] });
    if (golden.cam) expectMaps((await explained).maps, golden.cam);
    else await expect(explained).rejects.toThrow("Use Grad-CAM instead");
  });
});

describe("ResNet-50", () => {
  const { golden, files } = useFixture("resnet50");

  test("Grad-CAM, normalised, is what pytorch-grad-cam answers", async () => {
    const { maps } = await explain(files(), { classes: { indices: golden.classes } });
    const normalised = maps.map(({ dims, data }) => ({ dims, data: asPytorchGradCam(data) }));
    expectMaps(normalised, golden.pytorchGradCam!);
  });
});

describe("SqueezeNet on the reference runtime", () => {
  const { golden, files } = useFixture("squeezenet1_1");
  const classes = { indices: golden.classes };

  test.each(golden.gradCam)("Grad-CAM at layer $name", async (layer) => {
    const request = { classes, layer: layer.name, runtime: "reference" };
    expectMaps((await explain(files(), request)).maps, layer);
  });
});
