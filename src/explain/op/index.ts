import { abs } from "./abs";
import { add } from "./add";
import { and } from "./and";
import { averagePool } from "./averagePool";
import { averagePoolGrad } from "./averagePoolGrad";
import { batchNormalization } from "./batchNormalization";
import { cast } from "./cast";
import { ceil } from "./ceil";
import { clip } from "./clip";
import { conv } from "./conv";
import { convFilterGrad } from "./convFilterGrad";
import { convInputGrad } from "./convInputGrad";
import { convTranspose } from "./convTranspose";
import { div } from "./div";
import { dropout } from "./dropout";
import { elu } from "./elu";
import { equal } from "./equal";
import { erf } from "./erf";
import { exp } from "./exp";
import { floor } from "./floor";
import { gelu } from "./gelu";
import { gemm } from "./gemm";
import { globalAveragePool } from "./globalAveragePool";
import { globalMaxPool } from "./globalMaxPool";
import { greater } from "./greater";
import { greaterOrEqual } from "./greaterOrEqual";
import { hardSigmoid } from "./hardSigmoid";
import { hardSwish } from "./hardSwish";
import { identity } from "./identity";
import { leakyRelu } from "./leakyRelu";
import { less } from "./less";
import { lessOrEqual } from "./lessOrEqual";
import { log } from "./log";
import { matMul } from "./matMul";
import { max } from "./max";
import { maxPool } from "./maxPool";
import { maxPoolGather } from "./maxPoolGather";
import { maxPoolGrad } from "./maxPoolGrad";
import { min } from "./min";
import { mul } from "./mul";
import { neg } from "./neg";
import { not } from "./not";
import type { Op } from "./op";
import { or } from "./or";
import { pow } from "./pow";
import { prelu } from "./prelu";
import { reciprocal } from "./reciprocal";
import { relu } from "./relu";
import { round } from "./round";
import { selu } from "./selu";
import { sigmoid } from "./sigmoid";
import { sign } from "./sign";
import { softplus } from "./softplus";
import { sqrt } from "./sqrt";
import { sub } from "./sub";
import { tanh } from "./tanh";
import { where } from "./where";

/** Every operator, in alphabetical order: the table of contents of this folder. */
const all: readonly Op[] = [
  abs,
  add,
  and,
  averagePool,
  averagePoolGrad,
  batchNormalization,
  cast,
  ceil,
  clip,
  conv,
  convFilterGrad,
  convInputGrad,
  convTranspose,
  div,
  dropout,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  gemm,
  globalAveragePool,
  globalMaxPool,
  greater,
  greaterOrEqual,
  hardSigmoid,
  hardSwish,
  identity,
  leakyRelu,
  less,
  lessOrEqual,
  log,
  matMul,
  max,
  maxPool,
  maxPoolGather,
  maxPoolGrad,
  min,
  mul,
  neg,
  not,
  or,
  pow,
  prelu,
  reciprocal,
  relu,
  round,
  selu,
  sigmoid,
  sign,
  softplus,
  sqrt,
  sub,
  tanh,
  where,
];

/** Operator name → implementation. */
export const operators: ReadonlyMap<string, Op> = new Map(all.map((op) => [op.name, op]));
