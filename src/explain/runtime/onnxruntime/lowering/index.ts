import { averagePoolGrad } from "./averagePoolGrad";
import { convFilterGrad } from "./convFilterGrad";
import { convInputGrad } from "./convInputGrad";
import type { Lowering } from "./lowering";
import { maxPoolGather } from "./maxPoolGather";
import { maxPoolGrad } from "./maxPoolGrad";

/** Every lowering, in alphabetical order. */
const all: readonly Lowering[] = [
  averagePoolGrad,
  convFilterGrad,
  convInputGrad,
  maxPoolGather,
  maxPoolGrad,
];

/** Private operator → its lowering. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(all.map((row) => [row.op, row]));
