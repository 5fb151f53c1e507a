import { describe, expect, test } from "vitest";
import { cam } from "../../../src/explain/method/cam";
import { gradCam } from "../../../src/explain/method/gradCam";
import { asked, planProgram } from "../../../src/explain/service/program";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";

interface Explained {
  readonly gradCam: Tensor;
  readonly cam?: Tensor;
}

/** Runs the methods that apply; `classes` = indices, K of them, the same for every image. */
function explain(
  { graph, anatomy }: Classifier,
  images: Tensor,
  classes: number[],
  labels: string[] = [],
): Explained {
  const layer = anatomy.layers.find((candidate) => candidate.default)!.name;
  const asks = typeof anatomy.camHead === "string" ? [gradCam] : [gradCam, cam];
  const methods = asks.map((method) => asked(method));
  const plan = { methods, layers: [layer], classes: classes.length, score: "logit" } as const;
  const planned = planProgram(graph, anatomy, { activation: "softmax", labels }, plan, "test.onnx");
  const batch = images.dims[0]!;
  const chosen = classes.flatMap((index) => new Array<number>(batch).fill(index));
  const results = evaluate(planned.graph, {
    image: images,
    "sightline/classes": tensor(
      "int64",
      chosen,
      classes.length === 1 ? [batch] : [classes.length, batch],
    ),
  });
  return {
    gradCam: results[planned.maps["gradCam"]![0]!]!,
    cam: planned.maps["cam"] === undefined ? undefined : results[planned.maps["cam"][0]!],
  };
}

const linear = classifier((g, x, w) =>
  linearHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 3),
);
const deep = classifier((g, x, w) => {
  const map = features(g, x, w, 4, "a");
  const pooled = g.op("MaxPool", [map], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  const hidden = g.op("Relu", [g.op("Gemm", [g.op("Flatten", [pooled]), w([64, 8])])]);
  return g.op("Gemm", [hidden, w([8, 3])]);
});

const image = (dims: number[]) => normal(dims, 1);

describe.each([
  ["linear", linear],
  ["deep", deep],
])("Grad-CAM of a %s head", (_name, model) => {
  test("three classes in one pass are the three single ones", () => {
    const together = explain(model, image([1, 3, 16, 16]), [2, 0, 1]).gradCam;
    const single = [2, 0, 1].flatMap((index) => [
      ...explain(model, image([1, 3, 16, 16]), [index]).gradCam.data,
    ]);
    expect(together.dims.slice(0, 2)).toEqual([3, 1]);
    close(together.data, single, 1e-12, "stacked maps");
  });

  test("two images in one batch are the two single ones", () => {
    const both = image([2, 3, 16, 16]);
    const half = both.data.length / 2;
    const single = [0, 1].map((i) =>
      tensor("float64", both.data.subarray(i * half, (i + 1) * half), [1, 3, 16, 16]),
    );
    const together = explain(model, both, [1]).gradCam;
    close(
      together.data,
      single.flatMap((one) => [...explain(model, one, [1]).gradCam.data]),
      1e-12,
      "batched maps",
    );
  });
});

test("two classes of a two-label sigmoid model are each other's negative", () => {
  const binary = classifier((g, x, w) => linearHead(g, features(g, x, w, 4, "a"), w, 1));
  const maps = explain(binary, image([1, 3, 16, 16]), [0, 1], ["no", "yes"]);
  for (const map of [maps.gradCam, maps.cam!]) {
    const half = map.data.length / 2;
    close(
      map.data.subarray(0, half),
      map.data.slice(half).map((v) => -v),
      1e-12,
      "negated",
    );
    expect(Math.max(...map.data.map(Math.abs))).toBeGreaterThan(1e-3);
  }
});

test("CAM refuses a model without its head, says why and offers Grad-CAM", () => {
  expect(cam.refuses(deep, "a", {})).toMatch(/global average pooling.*Use Grad-CAM instead\.$/);
});

test("CAM refuses any layer but the last map", () => {
  expect(cam.refuses(linear, "a", {})).toMatch(/reads at the last map \(“b”\)/);
  expect(cam.refuses(linear, "b", {})).toBeUndefined();
});

test("Grad-CAM at a layer that the score does not depend on is an error that names it", () => {
  const model = classifier((g, x, w) => {
    features(g, x, w, 4, "aside");
    return linearHead(g, features(g, x, w, 4, "a"), w, 3);
  });
  const plan = {
    methods: [asked(gradCam)],
    layers: ["aside"],
    classes: 1,
    score: "logit",
  } as const;
  expect(() =>
    planProgram(model.graph, model.anatomy, { activation: "softmax", labels: [] }, plan, "m"),
  ).toThrow(/does not depend on layer “aside”/);
});
