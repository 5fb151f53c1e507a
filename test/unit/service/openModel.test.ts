import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Explanation } from "../../../src/explain/api";
import { encodeNpy } from "../../../src/explain/file/npy";
import type { Builder } from "../../../src/explain/graph/builder";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { tensor, zeros } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/files";
import { normal } from "../../helper/random";
import { features, linearHead, writeModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const array = join(folder, "image.npy");
writeFileSync(array, encodeNpy(normal([1, 3, 8, 8], 7, "float32")));

/** Explains the array; throws what an image's failure says. */
async function explain(model: string): Promise<Explanation> {
  const service = createService(nodePlatform({ threads: 1 }));
  try {
    const events = service.explain({
      ...{ model, images: [], tensor: array, methods: ["gradCam"] },
      ...{ layer: "auto", classes: { top: 1 }, score: "logit" },
    });
    for await (const event of events) {
      if (event.kind === "failed") throw new Error(event.error.message);
      if (event.kind === "explanation") return event.explanation;
    }
    throw new Error("nothing was explained");
  } finally {
    await service.dispose();
  }
}

const classifier = (g: Builder, image: string) => [linearHead(g, features(g, image), 3)];

describe("a batch that the exporter fixed at several images", () => {
  /** A classifier that reads what is left of the images without the batch's mean. */
  const centred = (g: Builder, image: string) => {
    const mean = g.op("ReduceMean", [image, g.ints([0])], { keepdims: 1 });
    return classifier(g, g.op("Sub", [image, mean]));
  };

  test.each([2, 5, 40])("is refused where %i images mix", async (batch) => {
    const model = writeModel(join(folder, `mixed${batch}.onnx`), [batch, 3, 8, 8], centred);
    await expect(explain(model)).rejects.toThrow(
      `${model}: its batch is fixed at ${batch} images, and an image has other scores alone than among others, so some layer mixes the images of a batch; export it in evaluation mode, with a batch of 1 or a dynamic one.`,
    );
  });

  test.each([2, 5, 40])("gives %i images the scores of each alone", async (batch) => {
    const single = writeModel(join(folder, "single.onnx"), [1, 3, 8, 8], classifier);
    const model = writeModel(join(folder, `apart${batch}.onnx`), [batch, 3, 8, 8], classifier);
    expect((await explain(model)).predictions).toEqual((await explain(single)).predictions);
  });
});

test.each<[string, RegExp, () => string]>([
  [
    "an input that is too large",
    /its input is 200000×200000 pixels large, and more than 16,777,216 pixels cannot be fed; export it with/,
    () => writeModel(join(folder, "huge.onnx"), [1, 3, 200_000, 200_000], classifier),
  ],
  [
    "outputs that the image does not reach",
    /none of its outputs depends on the image “image”; export the classification head\.$/,
    () =>
      writeModel(join(folder, "apart.onnx"), [1, 3, 8, 8], (g) => [
        g.op("Relu", [g.parameter("scores", zeros("float32", [1, 3]))]),
      ]),
  ],
  [
    "a place that is not there, met when constants are folded",
    /“sightline\/Gather_\d+”: Gather names place 7 of an axis of 3; check the model with onnx\.checker, or/,
    () =>
      writeModel(join(folder, "places.onnx"), [1, 3, 8, 8], (g, image) => {
        const places = tensor("int64", [...new Array<number>(80).fill(0), 7]);
        const table = g.parameter("table", zeros("float32", [3]));
        const offset = g.op("ReduceSum", [g.op("Gather", [table, g.constant(places)])]);
        return [g.op("Add", [classifier(g, image)[0]!, offset])];
      }),
  ],
  [
    "several rows of scores for one image",
    /its output “sightline\/Concat_\d+” has \[4,3\] scores for one image; export a classifier/,
    () =>
      writeModel(join(folder, "rows.onnx"), [1, 3, 8, 8], (g, image) => {
        const logits = classifier(g, image)[0]!;
        return [g.op("Concat", [logits, g.constant(zeros("float32", [3, 3]))], { axis: 0 })];
      }),
  ],
  [
    "a size of the image that does not fit",
    /“.*”: a window of 300 does not fit into \[224,224\] of AveragePool; set the “size” that the model was made for in its profile, or export it with a fixed input size\.$/,
    () =>
      writeModel(join(folder, "sized.onnx"), ["N", 3, "H", "W"], (g, image) => {
        const map = g.op("AveragePool", [features(g, image)], { kernel_shape: [300, 300] });
        return [linearHead(g, map, 3)];
      }),
  ],
])("%s: refused in one sentence", async (_, message, make) => {
  const model = make();
  const error: unknown = await explain(model).catch((cause: unknown) => cause);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message.startsWith(`${model}: `)).toBe(true);
});
