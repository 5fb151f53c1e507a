import { abs } from "./abs";
import { add } from "./add";
import { and } from "./and";
import { ceil } from "./ceil";
import { clip } from "./clip";
import { div } from "./div";
import { elu } from "./elu";
import { equal } from "./equal";
import { erf } from "./erf";
import { exp } from "./exp";
import { floor } from "./floor";
import { gelu } from "./gelu";
import { greater } from "./greater";
import { greaterOrEqual } from "./greaterOrEqual";
import { hardSigmoid } from "./hardSigmoid";
import { hardSwish } from "./hardSwish";
import { leakyRelu } from "./leakyRelu";
import { less } from "./less";
import { lessOrEqual } from "./lessOrEqual";
import { log } from "./log";
import { max } from "./max";
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
  ceil,
  clip,
  div,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterOrEqual,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  less,
  lessOrEqual,
  log,
  max,
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
