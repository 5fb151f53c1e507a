import { averagePoolGrad } from "./averagePoolGrad";
import { clipGrad } from "./clipGrad";
import { convFilterGrad } from "./convFilterGrad";
import { convInputGrad } from "./convInputGrad";
import { gridSample } from "./gridSample";
import type { Lowering } from "./lowering";
import { maxPoolGather } from "./maxPoolGather";
import { maxPoolGrad } from "./maxPoolGrad";
import { pad } from "./pad";
import { resize } from "./resize";
import { resizeGrad } from "./resizeGrad";
import { samePoolings } from "./samePooling";
import { scatterND } from "./scatterND";
import { spaceToDepth } from "./spaceToDepth";

/** Every lowering, in alphabetical order. */
const all: readonly Lowering[] = [
  averagePoolGrad,
  clipGrad,
  convFilterGrad,
  convInputGrad,
  gridSample,
  maxPoolGather,
  maxPoolGrad,
  pad,
  resize,
  resizeGrad,
  ...samePoolings,
  scatterND,
  spaceToDepth,
];

/** Operator → its lowering. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(all.map((row) => [row.op, row]));
