import type { AttributionMap } from "../../explain/api";
import type { PanelProgress } from "./viewApi";

type Growing = Pick<AttributionMap, "progress" | "range" | "final">;

const count = new Intl.NumberFormat("en");

/** “640 of 4,000 masks”; empty for a map that does not grow. */
export function doneWords({ progress }: Growing): string {
  if (!progress) return "";
  const { done, planned, unit } = progress;
  return `${count.format(done)} of ${count.format(planned)} ${unit}`;
}

/** “standard error 3 % of the range”; empty where the map is no estimate. */
export function errorWords({ progress, range, final }: Growing): string {
  const { standardError } = progress ?? {};
  const least = final === "relu" ? Math.max(0, range.min) : range.min;
  const width = range.max - least;
  if (standardError === undefined || !(width > 0)) return "";
  const percent = (100 * standardError) / width;
  return `standard error ${percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} % of the range`;
}

/** How far a map of many runs has come. */
export function growthWords(map: Growing): PanelProgress {
  const { done, planned } = map.progress!;
  const text = [doneWords(map), errorWords(map)].filter(Boolean).join(" · ");
  return { fraction: planned > 0 ? done / planned : 0, text, counted: true };
}
