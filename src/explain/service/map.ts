import type { AttributionMap, Prediction, ScoreKind } from "../api";
import { rangeOf, whyBlank } from "./blank";
import type { Method } from "../method/method";
import type { Layer } from "../model/model";
import type { Grid } from "../picture/upsample";
import { sizeOf, type Tensor } from "../tensor";

/** The maps of one input out of a stack [K,1,…] or, for K = 1, [1,…]: one per class, without the batch axis. */
export function unstack(stack: Tensor, classes: number): { dims: number[]; data: Float32Array }[] {
  const dims = stack.dims.slice(classes === 1 ? 1 : 2);
  const size = sizeOf(dims);
  return Array.from({ length: classes }, (_, k) => ({
    dims,
    data: new Float32Array(stack.data.subarray(k * size, (k + 1) * size)),
  }));
}

/** A map with everything that says what it means. */
export function describeMap(
  { dims, data }: { dims: readonly number[]; data: Float32Array },
  method: Method,
  { index, label, logit, probability }: Prediction,
  { name, extent }: Pick<Layer, "name" | "extent">,
  score: ScoreKind,
): AttributionMap {
  const isAtLayer = method.readsAt === "layer";
  const map = {
    method: method.id,
    classIndex: index,
    label,
    logit,
    probability,
    score,
    layer: isAtLayer ? name : "",
    dims,
    ...(isAtLayer && extent && { extent }),
    final: method.final,
    range: rangeOf(data),
  };
  const blank = whyBlank(map);
  return { ...map, data, ...(blank === undefined ? {} : { blank }) };
}

/** The map as it is written and shown: the final step done. */
export function finished({ data, final }: Pick<AttributionMap, "data" | "final">): Float32Array {
  return final === "relu" ? data.map((value) => Math.max(value, 0)) : data;
}

/** The finished map in rows and columns; maps in input space are summed over their channels. */
export function asGrid(map: Pick<AttributionMap, "data" | "final" | "dims" | "extent">): Grid {
  const [height, width] = map.dims.slice(-2) as [number, number];
  const values = finished(map);
  const data = new Float32Array(width * height);
  values.forEach((value, i) => (data[i % data.length]! += value));
  return { width, height, data, ...(map.extent && { extent: map.extent }) };
}
