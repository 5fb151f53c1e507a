import { describe, expect, test } from "vitest";
import { cam } from "../../../src/explain/method/cam";
import { contrastiveMwp } from "../../../src/explain/method/contrastiveMwp";
import { deconvnet } from "../../../src/explain/method/deconvnet";
import { gradCam } from "../../../src/explain/method/gradCam";
import { gradientTimesInput } from "../../../src/explain/method/gradientTimesInput";
import { guidedBackprop } from "../../../src/explain/method/guidedBackprop";
import { integratedGradients } from "../../../src/explain/method/integratedGradients";
import type { Method } from "../../../src/explain/method/method";
import { mwp } from "../../../src/explain/method/mwp";
import { occlusion } from "../../../src/explain/method/occlusion";
import { saliency } from "../../../src/explain/method/saliency";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { deep, interims, linear, mapsOfRuns, numbers, sum } from "../../helper/gradientMaps";
import { mapsOf } from "../../helper/methodMaps";
import { normal } from "../../helper/random";

const image = normal([1, 3, 16, 16], 1);

describe.each([
  [
    "pooled and classified linearly",
    classifier((g, x, weight) =>
      linearHead(g, features(g, features(g, x, weight, 4, "a"), weight, 6, "b"), weight, 3),
    ),
    [1, 3, 16, 16],
  ],
  [
    "a classifier convolution's, pooled",
    classifier((g, x, weight) =>
      g.op("Flatten", [g.op("GlobalAveragePool", [features(g, x, weight, 3, "a")])]),
    ),
    [1, 3, 16, 16],
  ],
  [
    "channels last, averaged and classified linearly",
    classifier(
      (g, x, weight) => {
        const first = g.op("Transpose", [x], { perm: [0, 3, 1, 2] });
        const map = g.op("Transpose", [features(g, first, weight, 5, "a")], {
          perm: [0, 2, 3, 1],
        });
        const mean = g.op("ReduceMean", [map, g.ints([1, 2])], { keepdims: 0 });
        return g.op("MatMul", [mean, weight([5, 3])]);
      },
      ["N", 16, 12, 3],
    ),
    [1, 16, 12, 3],
  ],
] as const)("where the last map is %s", (_name, net, dims) => {
  test.each([0, 1, 2])("Grad-CAM · (h·w) is ReLU(CAM) for class %s", (index) => {
    const of = (method: Method) => mapsOf(net, method, normal(dims, 1), { classes: [index] });
    const [map, own] = [of(gradCam), of(cam)];
    const [height, width] = map.dims.slice(-2) as [number, number];
    const rectified = ({ data }: Pick<typeof map, "data">, scale = 1) =>
      Array.from(data, (value) => Math.max(value, 0) * scale);
    close(rectified(map, height * width), rectified(own), 1e-9, "maps");
    expect(Math.max(...Array.from(own.data, Math.abs))).toBeGreaterThan(0.01);
  });
});

test("on a linear model gradient × input, integrated gradients and occlusion by pixels are one map", async () => {
  const input = normal([1, 3, 4, 5], 4);
  const question = { classes: [0, 2], input };
  const product = mapsOf(linear(), gradientTimesInput, input, { layer: "", classes: [0, 2] });
  const path = await mapsOfRuns(linear(), integratedGradients, question);
  const hidden = await mapsOfRuns(linear(), occlusion, question, {
    ...{ window: 1, stride: 1, fill: "zero" },
  });
  [0, 1].forEach((k) => {
    const own = [...product.data.subarray(k * 60, (k + 1) * 60)];
    close(path[k]!, own, 1e-6, "integrated gradients");
    const pixels = Array.from({ length: 20 }, (_, i) => own[i]! + own[20 + i]! + own[40 + i]!);
    close(hidden[k]!, pixels, 1e-6, "occlusion");
  });
});

test("integrated gradients are complete in the limit of many steps", async () => {
  const gap = async (steps: number) => {
    const all = await interims(deep(), integratedGradients, { classes: [1, 3] }, { steps });
    return Math.max(...all.at(-1)!.facts!["completenessGap"]!);
  };
  expect(await gap(256)).toBeLessThan((await gap(4)) / 8);
});

test("where weights and activations are positive, guided backpropagation and the deconvnet are the gradient", () => {
  const positive = classifier((g, input, weight) => {
    const own = (dims: number[]) => g.op("Abs", [weight(dims)]);
    const inner = g.op("Relu", [g.op("Conv", [input, own([4, 3, 3, 3])])]);
    return g.op("Gemm", [g.op("Flatten", [g.op("GlobalAveragePool", [inner])]), own([4, 3])]);
  });
  const bright = tensor("float64", Array.from(image.data, Math.abs), image.dims);
  const of = (method: Method) => numbers(mapsOf(positive, method, bright, { layer: "" }));
  expect(of(guidedBackprop)).toEqual(of(saliency));
  expect(of(deconvnet)).toEqual(of(saliency));
});

describe("excitation backprop of a network without biases", () => {
  const net = classifier((g, x, weight) => {
    const map = features(g, features(g, x, weight, 4, "a"), weight, 6, "b");
    const flat = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    return named(g, "logits", "Gemm", [flat, weight([6, 3])]);
  });

  test.each(["a", "b"])("conserves the winner's probability of 1 at “%s”", (layer) => {
    const { data } = mapsOf(net, mwp, image, { layer });
    expect(sum(data)).toBeCloseTo(1, 9);
  });

  test("has a contrast that sums to 0 and is not blank", () => {
    const { data } = mapsOf(net, contrastiveMwp, image, { layer: "a" });
    expect(sum(data)).toBeCloseTo(0, 9);
    expect(Math.max(...data)).toBeGreaterThan(1e-3);
  });
});
