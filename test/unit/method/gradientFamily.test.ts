import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { gradCam } from "../../../src/explain/method/gradCam";
import { deconvnet } from "../../../src/explain/method/deconvnet";
import { gradientTimesInput } from "../../../src/explain/method/gradientTimesInput";
import { guidedBackprop } from "../../../src/explain/method/guidedBackprop";
import { guidedGradCam } from "../../../src/explain/method/guidedGradCam";
import { integratedGradients } from "../../../src/explain/method/integratedGradients";
import type { Method } from "../../../src/explain/method/method";
import { saliency } from "../../../src/explain/method/saliency";
import { smoothGrad } from "../../../src/explain/method/smoothGrad";
import { findAnatomy, findImageInput } from "../../../src/explain/model/anatomy";
import { classesInput } from "../../../src/explain/model/target";
import { asked, planProgram } from "../../../src/explain/service/program";
import { asGrid } from "../../../src/explain/service/grid";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import {
  correlation,
  deep,
  interims,
  linear,
  mapsOfRuns,
  numbers,
} from "../../helper/gradientMaps";
import { mapsOf, type Asked } from "../../helper/methodMaps";
import { runReference } from "../../helper/model";
import { imageOf, openQuantized } from "../../helper/quantized";
import { normal } from "../../helper/random";

/** The same network on images whose channels come last. */
const last = (net: (g: Builder, image: string, weight: (dims: number[]) => string) => string) => ({
  first: classifier(net, ["N", 3, 12, 10]),
  last: classifier(
    (g, image, weight) => net(g, g.op("Transpose", [image], { perm: [0, 3, 1, 2] }), weight),
    ["N", 12, 10, 3],
  ),
});

const image = normal([1, 3, 16, 16], 1);
const absolute = (values: ArrayLike<number>) => Array.from(values, Math.abs);

const one = (net: Classifier, method: Method, asked?: Asked) =>
  numbers(mapsOf(net, method, image, { layer: "", ...asked }));

describe("on a linear model", () => {
  const input = normal([1, 3, 4, 5], 4);

  test("gradient × input is the gradient times the input", () => {
    const net = linear();
    const product = numbers(mapsOf(net, gradientTimesInput, input, { layer: "" }));
    const gradient = mapsOf(net, saliency, input, { layer: "" });
    close(
      product,
      numbers(gradient).map((slope, i) => slope * input.data[i]!),
      1e-12,
      "product",
    );
  });

  test("the path is complete however many steps it has, from every baseline", async () => {
    for (const baseline of ["zero", "mean", "blur", "uniform"]) {
      const request = { classes: [0, 2], input };
      const [first] = await interims(linear(), integratedGradients, request, {
        baseline,
        steps: 1,
      });
      for (const gap of first!.facts!["completenessGap"]!) expect(gap).toBeLessThan(1e-9);
    }
  });

  test("noise changes no gradient: its mean is saliency, its variance 0", async () => {
    const slopes = numbers(mapsOf(linear(), saliency, input, { layer: "" }));
    const request = { classes: [0], input };
    const [mean] = await mapsOfRuns(linear(), smoothGrad, request, { samples: 4 });
    close(mean!, slopes, 1e-6, "mean");
    const squared = await mapsOfRuns(linear(), smoothGrad, request, {
      samples: 4,
      mode: "squared",
    });
    close(
      squared[0]!,
      slopes.map((slope) => slope ** 2),
      1e-6,
      "squared",
    );
    const given = { samples: 4, mode: "variance" };
    const [variance] = await mapsOfRuns(linear(), smoothGrad, request, given);
    expect(Math.max(...absolute(variance!))).toBeLessThan(1e-12);
  });
});

test("guided backpropagation and the deconvnet of a net of one ReLU are their formulas", () => {
  const net = classifier(
    (g, input, weight) => {
      const rectified = g.op("Relu", [input]);
      return g.op("Gemm", [g.op("Flatten", [rectified]), weight([12, 2])]);
    },
    ["N", 3, 2, 2],
  );
  const x = tensor("float64", [1, -1, 0, 2, 3, -2, 1, 1, 0, 0, -1, 5], [1, 3, 2, 2]);
  const weights = net.graph.parameters.get("weight0")!.data!;
  const g = Array.from({ length: 12 }, (_, i) => weights[2 * i + 1]!);
  const of = (method: Method) =>
    numbers(mapsOf(net, method, x, { classes: [1], layer: "" })).map((value) => value + 0);
  expect(of(deconvnet)).toEqual(g.map((v) => Math.max(v, 0)));
  expect(of(guidedBackprop)).toEqual(g.map((v, i) => (x.data[i]! > 0 ? Math.max(v, 0) : 0)));
});

test("guided backpropagation of a quantized network is that of the float network, nearly", async () => {
  const of = async (name: string, method: Method) => {
    const graph = await openQuantized(name);
    const anatomy = findAnatomy(graph, findImageInput(graph, name), name);
    const plan = {
      methods: [asked(method)],
      layers: [],
      classes: 1,
      score: "logit",
      images: 1,
    } as const;
    const planned = planProgram(graph, anatomy, { activation: "softmax", labels: [] }, plan, name);
    const feeds = { [anatomy.input.name]: imageOf(name, 1), [classesInput]: tensor("int64", [1]) };
    return numbers((await runReference(planned.graph, feeds))[planned.maps[method.id]![0]!]!);
  };
  for (const method of [guidedBackprop, deconvnet]) {
    const float = await of("float", method);
    for (const name of ["qdq", "operator", "signedBytes"])
      expect(correlation(await of(name, method), float), name).toBeGreaterThan(0.95);
  }
});

describe("guided Grad-CAM", () => {
  const parts = (net: Classifier, classes: number[], layer: string) => ({
    guided: numbers(mapsOf(net, guidedBackprop, image, { classes, layer })),
    map: numbers(mapsOf(net, gradCam, image, { classes, layer })),
  });

  test("is guided backpropagation times the rectified map, each cell scaled up by the nearest", () => {
    const { guided, map } = parts(deep(), [0], "last");
    const product = guided.map((value, i) => {
      const [row, column] = [Math.floor((i % 256) / 16), i % 16];
      const cell = Math.floor(row / 4) * 4 + Math.floor(column / 4);
      return value * Math.max(map[cell]!, 0);
    });
    expect(product.some((value) => value > 1e-6)).toBe(true);
    const given = { layer: "last", parameters: { kernel: "nearest" } };
    close(one(deep(), guidedGradCam, given), product, 1e-9, "guided Grad-CAM");
  });

  test("scales up between the middles of cells by default, the outermost to the border", () => {
    const { guided, map } = parts(deep(), [0], "last");
    const product = one(deep(), guidedGradCam, { layer: "last" });
    const corner = [0, 15, 240, 255];
    corner.forEach((at, i) => {
      const cell = [0, 3, 12, 15][i]!;
      expect(product[at]).toBeCloseTo(guided[at]! * Math.max(map[cell]!, 0), 9);
    });
    const centre = [5, 6, 9, 10].map((cell) => Math.max(map[cell]!, 0));
    const near = (7 * 16 + 7) as number;
    const [p, q] = [0.375, 0.625];
    const mixed = q * q * centre[0]! + q * p * (centre[1]! + centre[2]!) + p * p * centre[3]!;
    expect(product[near]).toBeCloseTo(guided[near]! * mixed, 9);
  });

  test("with corners on corners has every corner's own number", () => {
    const { guided, map } = parts(deep(), [2], "last");
    const given = { layer: "last", classes: [2], parameters: { kernel: "alignCorners" } };
    const product = one(deep(), guidedGradCam, given);
    [0, 15, 240, 255].forEach((at, i) => {
      const cell = [0, 3, 12, 15][i]!;
      expect(product[at]).toBeCloseTo(guided[at]! * Math.max(map[cell]!, 0), 9);
    });
  });

  test("refuses a layer that covers a part of the input, and says what to choose", () => {
    const cropped = classifier((g, input, weight) => {
      const ends = [0, 8].map((at) => g.ints([at]));
      const half = g.op("Slice", [
        features(g, input, weight, 4, "whole"),
        ends[0]!,
        g.ints([4]),
        g.ints([2]),
      ]);
      return linearHead(g, features(g, half, weight, 4, "half"), weight, 3);
    });
    const { values } = asked(guidedGradCam);
    expect(guidedGradCam.refuses(cropped, "whole", values)).toBeUndefined();
    expect(guidedGradCam.refuses(cropped, "half", values)).toMatch(/covers a part of it/);
  });
});

describe.each(
  [gradientTimesInput, deconvnet, guidedBackprop, guidedGradCam].map((m) => [m.id, m] as const),
)("%s", (_id, method) => {
  test("of three classes in one pass is that of each", () => {
    const classes = [2, 0, 3];
    const together = one(deep(), method, { classes, layer: "last" });
    const apart = classes.flatMap((index) =>
      one(deep(), method, { classes: [index], layer: "last" }),
    );
    close(together, apart, 1e-9, method.id);
  });

  test("of two images in one batch is that of each", () => {
    const two = normal([2, 3, 16, 16], 8);
    const asked = { classes: [1, 2], layer: "last" };
    const together = numbers(mapsOf(deep(), method, two, asked));
    const each = [0, 1].map((i) => {
      const own = tensor("float64", two.data.slice(i * 768, (i + 1) * 768), [1, 3, 16, 16]);
      return numbers(mapsOf(deep(), method, own, asked));
    });
    const wanted = [0, 1].flatMap((k) => each.flatMap((map) => map.slice(k * 768, (k + 1) * 768)));
    close(together, wanted, 1e-9, method.id);
  });
});

test("every method gives [C,H,W] of models whose channels come first and last, the same numbers", async () => {
  const nets = last((g, input, weight) =>
    linearHead(g, features(g, input, weight, 4, "map"), weight, 3),
  );
  const input = normal([1, 3, 12, 10], 6);
  const turned = tensor(
    "float64",
    Array.from({ length: 360 }, (_, i) => input.data[(i % 3) * 120 + Math.floor(i / 3)]!),
    [1, 12, 10, 3],
  );
  for (const method of [saliency, gradientTimesInput, deconvnet, guidedBackprop, guidedGradCam]) {
    const question = { classes: [0, 2], layer: "map" };
    const map = mapsOf(nets.last, method, turned, question);
    expect(map.dims).toEqual([2, 1, 3, 12, 10]);
    close(numbers(map), numbers(mapsOf(nets.first, method, input, question)), 1e-9, method.id);
  }
  for (const baseline of ["mean", "blur", "uniform"]) {
    const classes = [0, 1];
    const given = { baseline, steps: 3, deviation: 2 };
    const first = await mapsOfRuns(nets.first, integratedGradients, { classes, input }, given);
    const other = await mapsOfRuns(
      nets.last,
      integratedGradients,
      { classes, input: turned },
      given,
    );
    first.forEach((map, k) => close(other[k]!, map, 1e-6, baseline));
  }
  const [smooth] = await interims(nets.last, smoothGrad, { classes: [0], input: turned });
  expect(smooth!.maps()[0]!.dims).toEqual([3, 12, 10]);
});

describe("a network without a ReLU", () => {
  const smooth = (activation: (g: Builder, x: string) => string, relu = false) =>
    classifier((g, input, weight) => {
      const inner = relu ? features(g, input, weight, 3, "first") : input;
      const conv = g.op("Conv", [inner, weight([4, 3, 3, 3])]);
      return linearHead(g, named(g, "map", "Identity", [activation(g, conv)]), weight, 3);
    });
  const silu = (g: Builder, x: string) => g.op("Mul", [x, g.op("Sigmoid", [x])]);
  const { values } = asked(guidedBackprop);

  test.each([
    ["1 SiLU", silu],
    ["1 GELU", (g: Builder, x: string) => g.op("Gelu", [x])],
    ["1 hard swish", (g: Builder, x: string) => g.op("HardSwish", [x])],
    ["1 Mish", (g: Builder, x: string) => g.op("Mul", [x, g.op("Tanh", [g.op("Softplus", [x])])])],
    ["1 leaky ReLU", (g: Builder, x: string) => g.op("LeakyRelu", [x], { alpha: 0.1 })],
  ] as const)("is refused with its %s named, and what to use instead", (name, activation) => {
    const net = smooth(activation);
    for (const method of [deconvnet, guidedBackprop, guidedGradCam]) {
      const refusal = method.refuses(net, "map", asked(method).values);
      expect(refusal).toContain(`${method.title} changes the backward pass of ReLU`);
      expect(refusal).toContain(`${name} instead; use saliency`);
    }
  });

  test("is taken as soon as there is one, and the others are told", () => {
    const net = smooth(silu, true);
    expect(guidedBackprop.refuses(net, "map", values)).toBeUndefined();
    expect(guidedBackprop.remark!(net, "map", values)).toBe(
      "The rule holds for the 1 ReLU of this model; 1 SiLU pass by their plain gradient.",
    );
    expect(guidedBackprop.remark!(deep(), "last", values)).toBeUndefined();
  });
});

test("a picture shows the magnitude of slopes, and the sum of evidence over channels", () => {
  const map = { data: Float32Array.from([1, -2, -3, 4]), dims: [2, 1, 2], final: "none" } as const;
  expect([...asGrid({ ...map, shows: "magnitude" }).data]).toEqual([3, 4]);
  expect([...asGrid(map).data]).toEqual([-2, 2]);
});

test("a map of NaN stays one", () => {
  const broken = tensor(
    "float64",
    image.data.map((v, i) => (i === 40 ? NaN : v)),
    image.dims,
  );
  const map = mapsOf(deep(), gradientTimesInput, broken, { layer: "" });
  expect(map.data.some(Number.isNaN)).toBe(true);
});
