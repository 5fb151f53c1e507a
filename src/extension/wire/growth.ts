import type { AttributionMap } from "../../explain/api";
import { counted } from "../../explain/number";
import type { PanelProgress } from "./viewApi";

type Growing = Pick<AttributionMap, "progress" | "range" | "final">;

const count = new Intl.NumberFormat("en");

/** “640 of 4,000 masks”; empty for a map that does not grow. */
export function doneWords({ progress }: Growing): string {
  if (!progress) return "";
  const { done, planned, unit } = progress;
  return `${count.format(done)} of ${count.format(planned)} ${counted(planned, unit)}`;
}

/** “standard error 3 % of the range”; empty where the map is no estimate. */
export function errorWords(map: Growing): string {
  const share = errorShare(map);
  if (share === undefined) return "";
  const percent = 100 * share;
  return `standard error ${percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} % of the range`;
}

/** Up to this share of the map's range, a standard error leaves something to be read. */
const readable = 0.25;

/** “too few masks to be read yet”: a mean over what is drawn at random is mostly noise at first; empty where the map can be read, or is no estimate. */
export function earlyWords(map: Growing): string {
  if (map.progress?.standardError === undefined) return "";
  const isEarly = (errorShare(map) ?? Infinity) > readable;
  return isEarly ? `too few ${map.progress.unit} to be read yet` : "";
}

/** The standard error as a share of the map's range; `undefined` where there is none, or no range. */
function errorShare({ progress, range, final }: Growing): number | undefined {
  const { standardError } = progress ?? {};
  const least = final === "relu" ? Math.max(0, range.min) : range.min;
  const width = range.max - least;
  return standardError !== undefined && width > 0 ? standardError / width : undefined;
}

/** How far a map of many runs has come, and whether it can be read. */
export function growthParts(map: Growing): readonly string[] {
  return [doneWords(map), errorWords(map), earlyWords(map)].filter(Boolean);
}

/** The same as the progress of the work. */
export function growthWords(map: Growing): PanelProgress {
  const { done, planned } = map.progress!;
  const text = growthParts(map).join(" · ");
  return { fraction: planned > 0 ? done / planned : 0, text, counted: true };
}
