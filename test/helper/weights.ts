import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodeElements } from "../../src/explain/format/element";
import type { Location, Parameter } from "../../src/explain/graph/graph";
import { castTo, type DType } from "../../src/explain/tensor";
import { normal } from "./random";

/** Random weights written to `file`, 64 bytes into it, as a parameter that lies there. */
export function weightsIn(
  file: string,
  dims: readonly number[],
  seed: number,
  type: DType = "float32",
): Parameter & { readonly location: Location; readonly data?: undefined } {
  const bytes = encodeElements(type, castTo(normal(dims, seed, "float32"), type).data);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([Buffer.alloc(64, 0xff), bytes]));
  return { type, dims, location: { file, offset: 64, length: bytes.length } };
}
