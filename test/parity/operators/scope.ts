import { oldestOpset } from "../../../src/explain/format/onnx/upgrade/index";
import type { Case } from "./case";

/** Cases that are not about what image classifiers compute. */
interface Exclusion {
  readonly reason: string;
  /** In the model, on whichever level. */
  readonly operators?: readonly string[];
  readonly domains?: readonly string[];
  readonly kinds?: readonly string[];
  readonly types?: readonly string[];
  /** Opsets below this one. */
  readonly below?: number;
  /** Case names. */
  readonly cases?: RegExp;
}

/** Element types that classifiers compute with. */
const computed = new Set([
  ...["FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE", "BOOL"],
  ...["INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"],
]);

/** Element types of weights, and the operators that carry them into the others and back. */
const stored = new Set(["INT4", "UINT4", "FLOAT8E4M3FN", "FLOAT8E5M2"]);
const carriers = ["DequantizeLinear", "QuantizeLinear"];

/** The first row that fits a case says why it is left out; a case that no row fits is in scope. */
const exclusions: readonly Exclusion[] = [
  {
    reason: `an opset below ${oldestOpset}`,
    below: oldestOpset,
  },
  {
    reason: "operators in preview (ai.onnx.preview)",
    domains: ["ai.onnx.preview"],
  },
  {
    reason: "classical machine learning (ai.onnx.ml)",
    domains: ["ai.onnx.ml"],
  },
  {
    reason: "training: optimizers, losses, training mode",
    domains: ["ai.onnx.preview.training"],
    operators: ["NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"],
    cases: /training/,
  },
  {
    reason: "strings and text",
    types: ["STRING"],
    operators: ["RegexFullMatch", "TfIdfVectorizer"],
  },
  {
    reason: "sequences, optionals or maps as inputs or outputs of the model",
    kinds: ["sequence", "optional", "map"],
    operators: ["OptionalHasElement", "OptionalGetElement"],
  },
  {
    reason: "recurrence and loops",
    operators: ["GRU", "LSTM", "Loop", "RNN", "Scan"],
  },
  {
    reason: "state of generating language models",
    operators: ["CausalConvWithState", "LinearAttention", "TensorScatter"],
  },
  {
    reason: "random numbers",
    operators: ["Bernoulli", "RandomUniformLike", "RandomNormalLike"],
  },
  {
    reason: "signals: Fourier transforms, windows, mel scale",
    operators: ["BlackmanWindow", "DFT", "HammingWindow", "HannWindow", "MelWeightMatrix", "STFT"],
  },
  {
    reason: "detection: boxes and regions",
    operators: ["NonMaxSuppression", "RoiAlign"],
  },
  {
    reason: "bits read as another element type",
    operators: ["BitCast"],
  },
  {
    reason: "decoding of image files",
    operators: ["ImageDecoder"],
  },
];

/** Why a case is out of scope; `undefined` when it is in. */
export function outOfScope(item: Case): string | undefined {
  const row = exclusions.find(
    ({ operators, domains, kinds, types: names, below = 0, cases }) =>
      item.uses.some((operator) => operators?.includes(operator)) ||
      operators?.includes(item.operator) ||
      (item.opset ?? Infinity) < below ||
      domains?.includes(item.domain) ||
      kinds?.some((kind) => item.kinds.includes(kind)) ||
      names?.some((type) => item.types.includes(type)) ||
      cases?.test(item.name),
  );
  if (row) return row.reason;
  const carries = carriers.includes(item.operator);
  const foreign = item.types.some((type) => !computed.has(type) && !(carries && stored.has(type)));
  return foreign
    ? "element types that nothing is computed in: floats of 8 and 4 bits, integers of 4 and 2"
    : undefined;
}
