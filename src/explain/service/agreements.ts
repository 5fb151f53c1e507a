import type { AttributionMap } from "../api";
import { agreement, comparedSide, strongFrom, type Agreement } from "../judge/agreement";
import type { Geometry } from "../picture/geometry";
import { renderMap } from "../picture/upsample";
import { isFiniteMap } from "./blank";
import { asGrid } from "./grid";

/** How far the maps of two methods say the same of one class. */
export interface MethodAgreement extends Agreement {
  readonly classIndex: number;
  readonly methods: readonly [string, string];
}

/** Every two methods' maps of the same class, compared where they lie in the image. */
export function agreements(
  maps: readonly AttributionMap[],
  geometry: Geometry,
): readonly MethodAgreement[] {
  const sound = maps.filter(isFiniteMap);
  const size = { width: comparedSide, height: comparedSide };
  const drawn = sound.map((map) => renderMap(asGrid(map), geometry, size).data);
  return sound.flatMap((one, i) =>
    sound.slice(i + 1).flatMap((other, j) => {
      if (other.classIndex !== one.classIndex) return [];
      const found = agreement(drawn[i]!, drawn[i + 1 + j]!, strongFrom);
      return [{ classIndex: one.classIndex, methods: [one.method, other.method], ...found }];
    }),
  );
}
