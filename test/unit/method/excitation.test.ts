import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { contrastiveMwp } from "../../../src/explain/method/contrastiveMwp";
import type { Method } from "../../../src/explain/method/method";
import { complete, type ParameterValue } from "../../../src/explain/method/parameter";
import { mwp } from "../../../src/explain/method/mwp";
import { versusInput } from "../../../src/explain/model/target";
import { evaluate } from "../../../src/explain/runtime/reference";
import { asked, planProgram, type Plan } from "../../../src/explain/service/program";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { classifier, features, named, type Classifier } from "../../helper/classifier";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";

type Values = Readonly<Record<string, ParameterValue>>;
interface Asked extends Partial<Pick<Plan, "negated" | "versus">> {
  readonly layer?: string;
  readonly classes?: readonly number[];
  readonly values?: Values;
  readonly image?: Tensor;
  readonly labels?: readonly string[];
}

const image = normal([1, 3, 16, 16], 1);

/** The map of a method before its final step: [K?,N,h,w]. */
function explain({ graph, anatomy }: Classifier, method: Method, question: Asked = {}): Tensor {
  const { classes = [0], values, negated, versus, labels = [] } = question;
  const layer = question.layer ?? anatomy.layers.find((candidate) => candidate.default)!.name;
  const fed = question.image ?? image;
  const [batch] = fed.dims as [number];
  const plan: Plan = {
    ...{ methods: [asked(method, values)], layers: [layer], negated, versus },
    ...{ score: "logit", classes: classes.length },
  };
  const profile = { activation: "softmax", labels: [...labels] } as const;
  const planned = planProgram(graph, anatomy, profile, plan, "test.onnx");
  const indices = classes.flatMap((index) => new Array<number>(batch).fill(index));
  const results = evaluate(planned.graph, {
    image: fed,
    "sightline/classes": tensor(
      "int64",
      indices,
      classes.length === 1 ? [batch] : [classes.length, batch],
    ),
    ...(versus && "class" in versus && { [versusInput]: tensor("int64", [versus.class]) }),
  });
  return results[planned.maps[method.id]![0]!]!;
}

const sumOf = (numbers: ArrayLike<number>) =>
  Array.from(numbers).reduce((sum, value) => sum + value, 0);
const total = ({ data }: Tensor) => sumOf(data);
const refusal = (model: Classifier, method: Method, layer: string, given: Values = {}) =>
  method.refuses(model, layer, complete(method, given));

/** Global average pooling and a linear layer without bias. */
function plainHead(
  g: Builder,
  map: string,
  weight: (dims: number[]) => string,
  classes = 3,
): string {
  const flat = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
  return named(g, "logits", "Gemm", [flat, weight([classes, g.dims(map)[1] as number])], {
    transB: 1,
  });
}

const pooling = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
const plain = classifier((g, x, w) => {
  const pooled = named(g, "pool", "MaxPool", [features(g, x, w, 4, "a")], pooling);
  return plainHead(g, features(g, pooled, w, 6, "b"), w);
});
const residual = classifier((g, x, w) => {
  const a = features(g, x, w, 4, "a");
  const conv = g.op("Conv", [a, w([4, 4, 3, 3])], { pads: [1, 1, 1, 1] });
  return plainHead(g, named(g, "b", "Relu", [named(g, "sum", "Add", [a, conv])]), w);
});
const averaged = classifier((g, x, w) => {
  const branches = ["a", "b"].map((name) => features(g, x, w, 4, name));
  const joined = named(g, "join", "Concat", branches, { axis: 1 });
  const pooled = named(g, "pool", "AveragePool", [joined], { ...pooling, count_include_pad: 1 });
  return plainHead(g, features(g, pooled, w, 9, "c"), w);
});
const dense = classifier((g, x, w) => {
  const flat = g.op("Flatten", [features(g, features(g, x, w, 4, "a"), w, 5, "b")]);
  const hidden = g.op("Relu", [g.op("MatMul", [flat, w([80, 8])])]);
  return named(g, "logits", "Gemm", [hidden, w([8, 3])]);
});
const squeeze = classifier((g, x, w) => {
  const conv = named(g, "scores", "Conv", [features(g, x, w, 5, "a"), w([3, 5, 1, 1])]);
  return g.op("Flatten", [g.op("GlobalAveragePool", [named(g, "b", "Relu", [conv])])]);
});

describe.each([
  ["max pooling", plain, ["a/conv", "a", "pool", "b/conv", "b"]],
  ["a residual sum", residual, ["a", "sum", "b"]],
  ["branches and average pooling", averaged, ["join", "pool", "c/conv", "c"]],
  ["hidden linear layers", dense, ["a", "b/conv", "b"]],
  ["a pooled classifier convolution", squeeze, ["a", "scores", "b"]],
])("in a network without biases with %s", (_name, model, layers) => {
  test.each(layers)("winning probabilities at “%s” sum to 1 for every class", (layer) => {
    const map = explain(model, mwp, { layer, classes: [0, 1, 2] });
    const size = map.data.length / 3;
    for (const k of [0, 1, 2]) {
      expect(sumOf(map.data.subarray(k * size, (k + 1) * size))).toBeCloseTo(1, 9);
    }
  });

  test("they sum to 1 at the image, where numbers are negative too", () => {
    const map = explain(model, mwp, { values: { readOut: "input" } });
    expect(map.dims).toEqual([1, 16, 16]);
    expect(total(map)).toBeCloseTo(1, 9);
  });

  test.each(["layer", "input"])("the contrast sums to 0 at the %s and is not blank", (readOut) => {
    const map = explain(model, contrastiveMwp, { values: { readOut } });
    expect(total(map)).toBeCloseTo(0, 9);
    expect(Math.max(...map.data)).toBeGreaterThan(1e-3);
  });

  test.each([mwp, contrastiveMwp])(
    "three classes in one pass are the three single ones",
    (method) => {
      const together = explain(model, method, { layer: "a", classes: [2, 0, 1] });
      const single = [2, 0, 1].flatMap((index) => [
        ...explain(model, method, { layer: "a", classes: [index] }).data,
      ]);
      expect(together.dims.slice(0, 2)).toEqual([3, 1]);
      close(together.data, single, 1e-12, "stacked maps");
    },
  );

  test("two images in one batch are the two single ones", () => {
    const both = normal([2, 3, 16, 16], 5);
    const half = both.data.length / 2;
    const single = [0, 1].flatMap((i) => {
      const one = tensor("float64", both.data.subarray(i * half, (i + 1) * half), [1, 3, 16, 16]);
      return [...explain(model, contrastiveMwp, { layer: "a", image: one }).data];
    });
    close(explain(model, contrastiveMwp, { layer: "a", image: both }).data, single, 1e-12, "batch");
  });

  test("an image of zeros has a map of zeros, and no NaN", () => {
    const zeros = tensor("float64", new Float64Array(768), [1, 3, 16, 16]);
    for (const method of [mwp, contrastiveMwp]) {
      const map = explain(model, method, { image: zeros, values: { readOut: "input" } });
      expect(new Set(map.data.map(Math.abs))).toEqual(new Set([0]));
    }
  });
});

test("branches have their parts, which sum to 1 together", () => {
  const parts = ["a", "b"].map((layer) => total(explain(averaged, mwp, { layer })));
  expect(Math.min(...parts)).toBeGreaterThan(0.1);
  expect(parts[0]! + parts[1]!).toBeCloseTo(1, 9);
});

const numbers = (values: number[], dims: number[]) => tensor("float64", values, dims);

describe("normalization", () => {
  const gammas = [1.5, -0.7, 0, 2];
  const rest = (g: Builder) =>
    [0.1, 0.2, 0.9].map((value) => g.constant(numbers([value, value, value, value], [4])));
  const scaled = (scaling: (g: Builder, conv: string) => string) =>
    classifier((g, x, w) => {
      const a = features(g, x, w, 3, "a");
      const conv = named(g, "conv", "Conv", [a, w([4, 3, 3, 3])]);
      return plainHead(
        g,
        named(g, "b", "Relu", [named(g, "norm", "Identity", [scaling(g, conv)])]),
        w,
      );
    });
  const normalized = scaled((g, conv) =>
    g.op("BatchNormalization", [conv, g.constant(numbers(gammas, [4])), ...rest(g)], {
      epsilon: 0,
    }),
  );
  const apart = scaled((g, conv) => {
    const factor = g.constant(
      numbers(
        gammas.map((gamma) => gamma / Math.sqrt(0.9)),
        [1, 4, 1, 1],
      ),
    );
    const shift = g.constant(
      numbers(
        gammas.map((gamma) => 0.1 - (0.2 * gamma) / Math.sqrt(0.9)),
        [4, 1, 1],
      ),
    );
    return g.op("Add", [g.op("Mul", [factor, conv]), shift]);
  });
  const folded = classifier((g, x, w) => {
    const a = features(g, x, w, 3, "a");
    const own = normal([4, 3, 3, 3], 8);
    w([4, 3, 3, 3]);
    const data = own.data.map((value, i) => (value * gammas[Math.floor(i / 27)]!) / Math.sqrt(0.9));
    const bias = gammas.map((gamma) => 0.1 - (0.2 * gamma) / Math.sqrt(0.9));
    const inputs = [a, g.constant({ ...own, data }), g.constant(numbers(bias, [4]))];
    return plainHead(g, named(g, "b", "Relu", [g.op("Conv", inputs)]), w);
  });

  test.each([
    ["BatchNormalization", normalized],
    ["its multiplication and addition", apart],
  ])("%s behind a convolution is part of it", (_name, model) => {
    close(
      explain(model, mwp, { layer: "a" }).data,
      explain(folded, mwp, { layer: "a" }).data,
      1e-12,
      "a",
    );
    expect(total(explain(model, mwp, { layer: "a" }))).toBeGreaterThan(0.1);
  });

  test("between the two, a map is read where it was asked for", () => {
    close(
      explain(normalized, mwp, { layer: "conv" }).data,
      explain(normalized, mwp, { layer: "b" }).data,
      1e-12,
      "conv",
    );
  });

  test("without a layer before it, it passes probabilities on", () => {
    const model = classifier((g, x, w) => {
      const pooled = named(g, "pool", "MaxPool", [features(g, x, w, 4, "a")], pooling);
      const inputs = [pooled, g.constant(numbers(gammas, [4])), ...rest(g)];
      return plainHead(g, named(g, "b", "Relu", [g.op("BatchNormalization", inputs)]), w);
    });
    close(
      explain(model, mwp, { layer: "pool" }).data,
      explain(model, mwp, { layer: "b" }).data,
      1e-12,
      "pool",
    );
  });
});

describe("what speaks against a class", () => {
  test("negated, the winners are those of the classifier's negated weights", () => {
    const own = explain(plain, mwp, { layer: "a" });
    const negated = explain(plain, mwp, { layer: "a", negated: true });
    const contrast = explain(plain, contrastiveMwp, { layer: "a" });
    close(
      negated.data,
      own.data.map((value, i) => value - contrast.data[i]!),
      1e-12,
      "dual",
    );
    expect(total(negated)).toBeCloseTo(1, 9);
  });

  test("a negated contrast is the contrast with its sign changed", () => {
    const contrast = explain(squeeze, contrastiveMwp);
    const negated = explain(squeeze, contrastiveMwp, { negated: true });
    close(
      negated.data,
      contrast.data.map((value) => -value),
      1e-12,
      "contrast",
    );
  });

  test("compared with another class, both have their part", () => {
    const both = explain(plain, mwp, { layer: "a", versus: { class: 2 } });
    const own = explain(plain, mwp, { layer: "a" });
    const other = explain(plain, mwp, { layer: "a", classes: [2], negated: true });
    close(
      both.data,
      own.data.map((value, i) => value + other.data[i]!),
      1e-12,
      "both",
    );
  });

  test("the two classes of one sigmoid output are the unit and its dual", () => {
    const binary = classifier((g, x, w) =>
      plainHead(g, features(g, features(g, x, w, 4, "a"), w, 6, "b"), w, 1),
    );
    const maps = explain(binary, mwp, { layer: "a", classes: [0, 1], labels: ["no", "yes"] });
    const negated = explain(binary, mwp, { layer: "a", negated: true });
    const half = maps.data.length / 2;
    close(maps.data.subarray(0, half), negated.data, 1e-12, "no");
    close(maps.data.slice(half), explain(binary, mwp, { layer: "a" }).data, 1e-12, "yes");
  });
});

describe("where the contrast is taken", () => {
  test("at a classifier convolution that is pooled, its own layers show the map of the layer below", () => {
    const below = explain(squeeze, contrastiveMwp, { layer: "a" });
    for (const layer of ["scores", "b"])
      close(explain(squeeze, contrastiveMwp, { layer }).data, below.data, 1e-12, layer);
    expect(contrastiveMwp.remark!(squeeze, "b", complete(contrastiveMwp))).toMatch(
      /map is that of the layer below, “a”/,
    );
    expect(contrastiveMwp.remark!(squeeze, "a", complete(contrastiveMwp))).toBeUndefined();
  });

  test("another layer has the weights behind it negated", () => {
    const later = explain(dense, contrastiveMwp, { layer: "a" });
    const earlier = explain(dense, contrastiveMwp, { layer: "a", values: { contrastAt: "b" } });
    expect(total(earlier)).toBeCloseTo(0, 9);
    expect(
      Math.max(...earlier.data.map((value, i) => Math.abs(value - later.data[i]!))),
    ).toBeGreaterThan(1e-3);
  });

  test("a layer with nothing but pooling before the classifier gives the classifier's own contrast", () => {
    const named = explain(plain, contrastiveMwp, { layer: "a", values: { contrastAt: "b" } });
    close(named.data, explain(plain, contrastiveMwp, { layer: "a" }).data, 1e-12, "b");
  });

  test.each([
    ["nowhere", /“nowhere”: the model has no value of that name between image and score; choose/],
    ["logits", /“logits”: no layer with constant weights lies behind it; choose/],
    ["sum/conv", /“sum\/conv”: a way from the image to the score goes round it; choose/],
  ])("at “%s” it is refused", (contrastAt, sentence) => {
    const model = classifier((g, x, w) => {
      const a = features(g, x, w, 4, "a");
      const conv = named(g, "sum/conv", "Conv", [a, w([4, 4, 3, 3])], { pads: [1, 1, 1, 1] });
      return plainHead(g, named(g, "b", "Relu", [g.op("Add", [a, conv])]), w);
    });
    expect(refusal(model, contrastiveMwp, "a", { contrastAt })).toMatch(sentence);
  });

  test("behind it no map is read", () => {
    expect(refusal(dense, contrastiveMwp, "b", { contrastAt: "a" })).toMatch(
      /takes its contrast at “a”, and “b” does not lie before it; choose an earlier layer\.$/,
    );
  });
});

describe("where a rule is not defined", () => {
  const gated = classifier((g, x, w) => {
    const a = features(g, x, w, 4, "a");
    const mean = g.op("ReduceMean", [a, g.ints([2, 3])]);
    const gate = g.op("Sigmoid", [g.op("Conv", [mean, w([4, 4, 1, 1])])]);
    return plainHead(g, features(g, named(g, "gated", "Mul", [a, gate]), w, 6, "b"), w);
  });
  const soft = classifier((g, x, w) => {
    const smooth = named(g, "smooth", "Gelu", [named(g, "a", "Conv", [x, w([4, 3, 3, 3])])]);
    return plainHead(g, features(g, smooth, w, 6, "b"), w);
  });

  test("a gate is refused by name, with what to use instead, but not behind it", () => {
    expect(refusal(gated, mwp, "a")).toMatch(
      /no rule for Mul \(node “gated”\), which combines two values.*use Grad-CAM\.$/,
    );
    expect(refusal(gated, mwp, "b")).toBeUndefined();
    expect(refusal(gated, contrastiveMwp, "b")).toBeUndefined();
    expect(refusal(gated, contrastiveMwp, "b", { readOut: "input" })).toMatch(/node “gated”/);
  });

  test("so is an activation that does not only excite", () => {
    expect(refusal(soft, mwp, "a")).toMatch(/no rule for Gelu \(node “smooth”\)/);
    expect(refusal(soft, mwp, "smooth")).toBeUndefined();
  });
});
