import { expect, test } from "vitest";
import { tensor } from "../../../src/explain/tensor";
import { checkNode, checkTwiceDifferentiable, openNode, type NodeCase } from "../../helper/oneNode";
import { normal } from "../../helper/random";

const domain = "com.microsoft";
const f32 = (dims: number[], seed: number) => normal(dims, seed, "float32");
const i32 = (values: number[], dims = [values.length]) => tensor("int32", values, dims);

/** Rows of one operator: title, inputs, attributes, and what else is special. */
type Line = readonly [
  title: string,
  inputs: NodeCase["inputs"],
  attributes?: NodeCase["attributes"],
  rest?: Partial<NodeCase>,
];

const cases = (op: string, lines: readonly Line[]): NodeCase[] =>
  lines.map(([title, inputs, attributes = {}, rest = {}]) => ({
    ...{ op, domain, title, inputs, attributes },
    ...rest,
  }));

const image = ["N", 3, "H", "W"];
const kernel = f32([4, 3, 3, 3], 2);
const tokens = ["N", "L", 8];
const many = { outputs: ["float32", "", "", "float32"] as const };

const fusedCases = [
  ...cases("FusedConv", [
    ["Relu", [image, kernel, f32([4], 3)], { activation: "Relu", pads: [1, 1, 1, 1] }],
    [
      "residual",
      [image, kernel, f32([4], 3), ["N", 4, "H", "W"]],
      { activation: "Relu", pads: [1, 1, 1, 1] },
    ],
    [
      "Clip",
      [image, kernel, f32([4], 3)],
      { activation: "Clip", activation_params: [-1, 0.5], pads: [1, 1, 1, 1] },
    ],
    [
      "HardSigmoid",
      [image, kernel, f32([4], 3)],
      { activation: "HardSigmoid", activation_params: [0.3, 0.4], pads: [1, 1, 1, 1] },
    ],
  ]),
  ...cases("FusedGemm", [
    ...["Relu", "Tanh", "Sigmoid", "Softplus", "Softsign"].map((activation): Line => [
      activation,
      [["N", 4], f32([4, 5], 2), f32([5], 3)],
      { activation },
    ]),
    ...["Elu", "LeakyRelu", "ThresholdedRelu"].map((activation): Line => [
      activation,
      [["N", 4], f32([5, 4], 2), f32([5], 3)],
      { activation, activation_alpha: 0.3, transB: 1, alpha: 0.5 },
    ]),
    [
      "HardSigmoid",
      [["N", 4], f32([4, 5], 2)],
      { activation: "HardSigmoid", activation_alpha: 0.3, activation_beta: 0.4 },
    ],
    [
      "Selu",
      [["N", 4], f32([4, 5], 2)],
      { activation: "Selu", activation_alpha: 1.2, activation_gamma: 1.1 },
    ],
  ]),
  ...cases("FusedMatMul", [
    ["alpha", [tokens, f32([8, 3], 2)], { alpha: 0.5 }],
    [
      "transB",
      [
        ["N", 2, "L", 4],
        ["N", 2, "S", 4],
      ],
      { transB: 1, alpha: 2 },
    ],
    [
      "transA",
      [
        ["N", 4, "L"],
        ["N", 4, 3],
      ],
      { transA: 1 },
    ],
    [
      "transBatchA",
      [
        ["L", "N", 2, 4],
        ["N", 2, 4, 3],
      ],
      { transBatchA: 1 },
    ],
    [
      "transBatchA and transA",
      [
        [4, "N", 2, "L"],
        ["N", 2, 4, 3],
      ],
      { transBatchA: 1, transA: 1 },
    ],
    [
      "transBatchB",
      [
        ["N", 2, "L", 4],
        [4, "N", 2, 3],
      ],
      { transBatchB: 1 },
    ],
    [
      "transBatchB and transB",
      [
        ["N", 2, "L", 4],
        ["S", "N", 2, 4],
      ],
      { transBatchB: 1, transB: 1 },
    ],
  ]),
  ...cases("NhwcMaxPool", [
    [
      "of bytes",
      [
        tensor(
          "uint8",
          Array.from({ length: 60 }, (_, i) => (i * 37) % 256),
          [1, 4, 5, 3],
        ),
      ],
      { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
      { outputs: ["uint8"] },
    ],
  ]),
  ...cases("TransposeMatMul", [["transB", [tokens, f32([3, 8], 2)], { transB: 1, alpha: 0.5 }]]),
];

const activationCases = [
  ...cases("Gelu", [["plain", [tokens]]]),
  ...cases("BiasGelu", [["plain", [tokens, f32([8], 2)]]]),
  ...cases("FastGelu", [
    ["plain", [tokens]],
    ["bias", [tokens, f32([8], 2)]],
  ]),
  ...cases("QuickGelu", [
    ["plain", [tokens]],
    ["SiLU", [tokens], { alpha: 1 }],
  ]),
];

const rms = cases("SimplifiedLayerNormalization", [
  ["plain", [tokens, f32([8], 2)], { epsilon: 0.1 }],
]);

const normalizationCases = [
  ...cases("SkipLayerNormalization", [
    ["plain", [tokens, tokens, f32([8], 2), f32([8], 3)], { epsilon: 1e-6 }],
    ["no beta", [tokens, tokens, f32([8], 2)]],
    ["bias and sum", [tokens, tokens, f32([8], 2), f32([8], 3), f32([8], 4)], {}, many],
    ["skip of every image", [tokens, ["L", 8], f32([8], 2), f32([8], 3)], {}, many],
  ]),
  ...cases("SkipSimplifiedLayerNormalization", [
    ["plain", [tokens, tokens, f32([8], 2)], { epsilon: 1e-6 }],
    ["bias and sum", [tokens, tokens, f32([8], 2), f32([8], 4)], {}, many],
  ]),
  ...rms.map((item) => ({ ...item, domain: "" })),
];

const keyMask = i32([1, 1, 0, 1, 0, 1, 1, 1, 1, 0], [2, 5]);
const fixed = { fixedBatch: true } as const;
const heads = { num_heads: 2 };
const projection = [f32([6, 24], 2), f32([24], 3)];
const hidden = ["N", "L", 6];
const past = [2, "N", 2, 3, 4];

const attentionCases = [
  ...cases("Attention", [
    ["plain", [hidden, ...projection], heads],
    ["own scale", [hidden, ...projection], { ...heads, scale: 0.7 }],
    ["looks back", [hidden, ...projection], { ...heads, unidirectional: 1 }],
    [
      "other size of values",
      [hidden, f32([6, 20], 2), f32([20], 3)],
      { ...heads, qkv_hidden_sizes: [8, 8, 4] },
    ],
    ["mask of keys", [hidden, ...projection, keyMask], heads, fixed],
    [
      "mask of queries and keys",
      [
        hidden,
        ...projection,
        i32(
          Array.from({ length: 50 }, (_, i) => Number(i % 3 > 0)),
          [2, 5, 5],
        ),
      ],
      { ...heads, mask_filter_value: -5 },
      fixed,
    ],
    [
      "lengths",
      [["N", 5, 6], ...projection, i32([3, 5])].map((x, i) => (i === 0 ? [2, 5, 6] : x)),
      heads,
    ],
    ["ends and starts", [[2, 5, 6], ...projection, i32([4, 5, 1, 0])], heads],
    ["term", [hidden, ...projection, undefined, undefined, ["N", 2, "L", "L"]], heads],
    ["past", [hidden, ...projection, undefined, past], heads, { outputs: ["float32", "float32"] }],
    [
      "past, looks back",
      [hidden, ...projection, undefined, past],
      { ...heads, unidirectional: 1 },
      { outputs: ["float32", "float32"] },
    ],
  ]),
  ...cases("MultiHeadAttention", [
    ["apart", [tokens, ["N", "S", 8], ["N", "S", 6]], heads],
    ["bias", [tokens, ["N", "S", 8], ["N", "S", 6], f32([22], 3)], heads],
    [
      "own scale, looks back",
      [tokens, tokens, tokens],
      { ...heads, scale: 0.7, unidirectional: 1 },
    ],
    ["keys with heads", [tokens, ["N", 2, "S", 4], ["N", 2, "S", 4]], heads],
    ["keys with heads, bias", [tokens, ["N", 2, "S", 4], ["N", 2, "S", 4], f32([24], 3)], heads],
    ["mask of keys", [tokens, tokens, tokens, undefined, keyMask], heads, fixed],
    ["lengths", [[2, 5, 8], [2, 5, 8], [2, 5, 8], undefined, i32([3, 5])], heads],
    ["term", [tokens, tokens, tokens, undefined, undefined, [1, 2, "L", "L"]], heads],
    [
      "past",
      [tokens, tokens, tokens, undefined, undefined, undefined, ["N", 2, 3, 4], ["N", 2, 3, 4]],
      heads,
      { outputs: ["float32", "float32", "float32"] },
    ],
    [
      "gives out its scores",
      [tokens, tokens, tokens, undefined, keyMask, [1, 2, "L", "L"]],
      heads,
      { ...many, ...fixed },
    ],
  ]),
];

const table = (seed: number) => f32([9, 2], seed);
const rotaryCases = cases("RotaryEmbedding", [
  ["first position", [["N", "L", 8], tensor("int64", [2]), table(2), table(3)]],
  [
    "each position, 4 axes",
    [["N", 2, "L", 4], tensor("int64", [0, 3, 1, 2, 7, 8, 4, 5, 6, 0], [2, 5]), table(2), table(3)],
  ],
  ["interleaved", [["N", "L", 8], tensor("int64", [0]), table(2), table(3)], { interleaved: 1 }],
  [
    "part of the head",
    [["N", "L", 12], tensor("int64", [1]), table(2), table(3)],
    { num_heads: 2, rotary_embedding_dim: 4 },
  ],
]);

const standardCases = [
  ...cases("CDist", [
    ["euclidean", [["N", 4], f32([3, 4], 2)], { metric: "euclidean" }],
    ["squared", [["N", 4], f32([3, 4], 2)], { metric: "sqeuclidean" }],
  ]),
  ...cases("ExpandDims", [["negative", [tokens, tensor("int32", [-1], [])]]]),
  ...cases("GridSample", [
    [
      "bicubic",
      [
        [1, 2, 3, 4],
        [1, 2, 2, 2],
      ],
      { mode: "bicubic", align_corners: 1 },
    ],
  ]),
  ...cases("Pad", [
    ["list", [image, tensor("int64", [0, 0, 1, 2, 0, 0, 0, 1]), tensor("float32", [1.5])]],
    [
      "reflect, two axes",
      [[2, 3, 4, 3], tensor("int64", [0, 0, 1, 2, 0, 0, 0, 1], [1, 8])],
      { mode: "reflect" },
    ],
  ]),
  ...cases("Range", [
    ["lists", [tensor("float32", [1]), tensor("float32", [4]), tensor("float32", [0.5])]],
  ]),
  ...cases("Trilu", [["lower", [tokens], { upper: 0 }]]),
];

const all = [
  ...fusedCases,
  ...activationCases,
  ...normalizationCases,
  ...attentionCases,
  ...rotaryCases,
  ...standardCases,
];

test.each(all.map((item) => [item.op, item.title, item] as const))(
  "%s, %s: what onnxruntime computes",
  async (_op, _title, item) => {
    await checkNode(item);
  },
);

const differentiable = [
  ...fusedCases,
  ...activationCases,
  ...normalizationCases,
  ...attentionCases,
];

test.each(differentiable.map((item) => [item.op, item.title, item] as const))(
  "%s, %s: finite gradients of first and second order",
  async (_op, _title, item) => {
    await checkTwiceDifferentiable(item);
  },
);

const refused: readonly (readonly [NodeCase, RegExp])[] = [
  [
    { op: "Conv", domain: "com.microsoft.nchwc", inputs: [image, kernel] },
    /com\.microsoft\.nchwc\.Conv \(node “node”\).*ORT_ENABLE_EXTENDED/,
  ],
  ...[
    "CropAndResize",
    "EmbedLayerNormalization",
    "Inverse",
    "PackedMultiHeadAttention",
    "Rfft",
  ].map((op): readonly [NodeCase, RegExp] => [
    { op, domain, inputs: [image] },
    new RegExp(
      `com\\.microsoft\\.${op} \\(node “node”\\) is not supported; replace it by supported operators`,
    ),
  ]),
  ...["ai.onnx.contrib", "org.pytorch.aten", "ai.onnx.ml", "aten", "mmdeploy"].map(
    (foreign): readonly [NodeCase, RegExp] => [
      { op: "Some", domain: foreign, inputs: [image] },
      new RegExp(
        `${foreign}\\.Some \\(node “node”\\) is not supported; replace it by supported operators`,
      ),
    ],
  ),
];

test.each(refused.map(([item, message]) => [item.domain, item.op, item, message] as const))(
  "%s.%s is refused with what to do",
  async (_domain, _op, item, message) => {
    await expect(openNode(item)).rejects.toThrow(message);
  },
);
