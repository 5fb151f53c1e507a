import { add } from "./add";
import type { Op } from "./op";
import { relu } from "./relu";

/** Every operator, in alphabetical order: the table of contents of this folder. */
const all: readonly Op[] = [add, relu];

/** Operator name → implementation. */
export const operators: ReadonlyMap<string, Op> = new Map(all.map((op) => [op.name, op]));
