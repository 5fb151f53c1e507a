import { abs } from "./abs";
import { acos } from "./acos";
import { acosh } from "./acosh";
import { add } from "./add";
import { and } from "./and";
import { argMax } from "./argMax";
import { argMin } from "./argMin";
import { asin } from "./asin";
import { asinh } from "./asinh";
import { atan } from "./atan";
import { atanh } from "./atanh";
import { averagePool } from "./averagePool";
import { averagePoolGrad } from "./averagePoolGrad";
import { batchNormalization } from "./batchNormalization";
import { bitShift } from "./bitShift";
import { bitwiseAnd } from "./bitwiseAnd";
import { bitwiseNot } from "./bitwiseNot";
import { bitwiseOr } from "./bitwiseOr";
import { bitwiseXor } from "./bitwiseXor";
import { cast } from "./cast";
import { ceil } from "./ceil";
import { clip } from "./clip";
import { clipGrad } from "./clipGrad";
import { concat } from "./concat";
import { constantOfShape } from "./constantOfShape";
import { conv } from "./conv";
import { convFilterGrad } from "./convFilterGrad";
import { convInputGrad } from "./convInputGrad";
import { convTranspose } from "./convTranspose";
import { cos } from "./cos";
import { cosh } from "./cosh";
import { cumSum } from "./cumSum";
import { depthToSpace } from "./depthToSpace";
import { dequantizeLinear } from "./dequantizeLinear";
import { det } from "./det";
import { div } from "./div";
import { dropout } from "./dropout";
import { dynamicQuantizeLinear } from "./dynamicQuantizeLinear";
import { elu } from "./elu";
import { equal } from "./equal";
import { erf } from "./erf";
import { exp } from "./exp";
import { expand } from "./expand";
import { flatten } from "./flatten";
import { floor } from "./floor";
import { gather } from "./gather";
import { gatherElements } from "./gatherElements";
import { gatherND } from "./gatherND";
import { gelu } from "./gelu";
import { gemm } from "./gemm";
import { globalAveragePool } from "./globalAveragePool";
import { globalMaxPool } from "./globalMaxPool";
import { greater } from "./greater";
import { greaterOrEqual } from "./greaterOrEqual";
import { gridSample } from "./gridSample";
import { hardmax } from "./hardmax";
import { hardSigmoid } from "./hardSigmoid";
import { hardSwish } from "./hardSwish";
import { identity } from "./identity";
import { instanceNormalization } from "./instanceNormalization";
import { isInf } from "./isInf";
import { isNaN } from "./isNaN";
import { layerNormalization } from "./layerNormalization";
import { leakyRelu } from "./leakyRelu";
import { less } from "./less";
import { lessOrEqual } from "./lessOrEqual";
import { log } from "./log";
import { logSoftmax } from "./logSoftmax";
import { lpPool } from "./lpPool";
import { lrn } from "./lrn";
import { matMul } from "./matMul";
import { max } from "./max";
import { maxPool } from "./maxPool";
import { maxPoolGather } from "./maxPoolGather";
import { maxPoolGrad } from "./maxPoolGrad";
import { maxUnpool } from "./maxUnpool";
import { min } from "./min";
import { mod } from "./mod";
import { mul } from "./mul";
import { neg } from "./neg";
import { nonZero } from "./nonZero";
import { not } from "./not";
import { oneHot } from "./oneHot";
import type { Op } from "./op";
import { or } from "./or";
import { pad } from "./pad";
import { pow } from "./pow";
import { prelu } from "./prelu";
import { quantizeLinear } from "./quantizeLinear";
import { range } from "./range";
import { reciprocal } from "./reciprocal";
import { reduceL1 } from "./reduceL1";
import { reduceL2 } from "./reduceL2";
import { reduceLogSum } from "./reduceLogSum";
import { reduceLogSumExp } from "./reduceLogSumExp";
import { reduceMax } from "./reduceMax";
import { reduceMean } from "./reduceMean";
import { reduceMin } from "./reduceMin";
import { reduceProd } from "./reduceProd";
import { reduceSum } from "./reduceSum";
import { reduceSumSquare } from "./reduceSumSquare";
import { relu } from "./relu";
import { reshape } from "./reshape";
import { resize } from "./resize";
import { resizeGrad } from "./resizeGrad";
import { round } from "./round";
import { scatterElements } from "./scatterElements";
import { scatterND } from "./scatterND";
import { selu } from "./selu";
import { shape } from "./shape";
import { sigmoid } from "./sigmoid";
import { sign } from "./sign";
import { sin } from "./sin";
import { sinh } from "./sinh";
import { size } from "./size";
import { slice } from "./slice";
import { softmax } from "./softmax";
import { softplus } from "./softplus";
import { spaceToDepth } from "./spaceToDepth";
import { split } from "./split";
import { sqrt } from "./sqrt";
import { squeeze } from "./squeeze";
import { sub } from "./sub";
import { tan } from "./tan";
import { tanh } from "./tanh";
import { tile } from "./tile";
import { topK } from "./topK";
import { transpose } from "./transpose";
import { trilu } from "./trilu";
import { unique } from "./unique";
import { unsqueeze } from "./unsqueeze";
import { where } from "./where";
import { xor } from "./xor";

/** Every operator, in alphabetical order: the table of contents of this folder. */
const all: readonly Op[] = [
  abs,
  acos,
  acosh,
  add,
  and,
  argMax,
  argMin,
  asin,
  asinh,
  atan,
  atanh,
  averagePool,
  averagePoolGrad,
  batchNormalization,
  bitShift,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  cast,
  ceil,
  clip,
  clipGrad,
  concat,
  constantOfShape,
  conv,
  convFilterGrad,
  convInputGrad,
  convTranspose,
  cos,
  cosh,
  cumSum,
  depthToSpace,
  dequantizeLinear,
  det,
  div,
  dropout,
  dynamicQuantizeLinear,
  elu,
  equal,
  erf,
  exp,
  expand,
  flatten,
  floor,
  gather,
  gatherElements,
  gatherND,
  gelu,
  gemm,
  globalAveragePool,
  globalMaxPool,
  greater,
  greaterOrEqual,
  gridSample,
  hardmax,
  hardSigmoid,
  hardSwish,
  identity,
  instanceNormalization,
  isInf,
  isNaN,
  layerNormalization,
  leakyRelu,
  less,
  lessOrEqual,
  log,
  logSoftmax,
  lpPool,
  lrn,
  matMul,
  max,
  maxPool,
  maxPoolGather,
  maxPoolGrad,
  maxUnpool,
  min,
  mod,
  mul,
  neg,
  nonZero,
  not,
  oneHot,
  or,
  pad,
  pow,
  prelu,
  quantizeLinear,
  range,
  reciprocal,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  resize,
  resizeGrad,
  round,
  scatterElements,
  scatterND,
  selu,
  shape,
  sigmoid,
  sign,
  sin,
  sinh,
  size,
  slice,
  softmax,
  softplus,
  spaceToDepth,
  split,
  sqrt,
  squeeze,
  sub,
  tan,
  tanh,
  tile,
  topK,
  transpose,
  trilu,
  unique,
  unsqueeze,
  where,
  xor,
];

/** Operator name → implementation. */
export const operators: ReadonlyMap<string, Op> = new Map(all.map((op) => [op.name, op]));
