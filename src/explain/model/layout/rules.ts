import { elementwise } from "./elementwise";
import type { FlowRule } from "./flow";
import { concat } from "./join";
import { reduce, reduceOne, repeat, reshape, slice, split, transpose } from "./movement";
import { gather, gatherElements, scatter, topK } from "./pick";
import { gemm, matMul } from "./product";
import { sampling } from "./sampling";
import { blocks, convolution, pad, pooling, resize } from "./window";

const reductions = [
  "L1",
  "L2",
  "LogSum",
  "LogSumExp",
  "Max",
  "Mean",
  "Min",
  "Prod",
  "Sum",
  "SumSquare",
].map((name): [string, FlowRule] => [`Reduce${name}`, reduce]);

const elementByElement =
  "Abs Acos Acosh Add And Asin Asinh Atan Atanh BatchNormalization BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast Ceil Clip Cos Cosh CumSum DequantizeLinear Div Dropout DynamicQuantizeLinear Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Max Min Mod Mul Neg Not Or PRelu Pow QuantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softmax Softplus Sqrt Sub Tan Tanh Trilu Where Xor"
    .split(" ")
    .map((name): [string, FlowRule] => [name, elementwise]);

/** Numbers about values, which have no places: sizes, and what is made of them. */
export const counting: ReadonlySet<string> = new Set([
  "ConstantOfShape",
  "NonZero",
  "Range",
  "Shape",
  "Size",
]);

const nothing: FlowRule = () => undefined;

/** Operator → how the axes of its outputs come from those of its inputs. Every operator has its row; what had none could not be followed. */
export const rules: ReadonlyMap<string, FlowRule> = new Map<string, FlowRule>([
  ...[...counting].map((name): [string, FlowRule] => [name, nothing]),
  ["ArgMax", reduceOne],
  ["ArgMin", reduceOne],
  ["AveragePool", pooling],
  ["Concat", concat],
  ["Conv", convolution],
  ["ConvTranspose", convolution],
  ["DepthToSpace", blocks],
  ["Det", nothing],
  ["Expand", repeat],
  ["Flatten", reshape],
  ["Gather", gather],
  ["GatherElements", gatherElements],
  ["GatherND", nothing],
  ["Gemm", gemm],
  ["GlobalAveragePool", pooling],
  ["GlobalMaxPool", pooling],
  ["GridSample", sampling],
  ["LpPool", pooling],
  ["MatMul", matMul],
  ["MaxPool", pooling],
  ["MaxUnpool", nothing],
  ["OneHot", nothing],
  ["Pad", pad],
  ...reductions,
  ...elementByElement,
  ["Reshape", reshape],
  ["Resize", resize],
  ["ScatterElements", scatter],
  ["ScatterND", scatter],
  ["Slice", slice],
  ["SpaceToDepth", blocks],
  ["Split", split],
  ["Squeeze", reshape],
  ["Tile", repeat],
  ["TopK", topK],
  ["Transpose", transpose],
  ["Unique", nothing],
  ["Unsqueeze", reshape],
]);
