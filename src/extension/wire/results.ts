import type { ErrorReport } from "../../explain/api";
import { isReport } from "./report";
import type { ImageResult, Loaded, PanelMap } from "./viewApi";

/** So many maps are kept of an image; what is shown is asked for again when it is gone. */
const mostMaps = 80;

/** Merges what was learned of an image into what was known; a newer map takes the place of its elder. */
export function mergeResults(
  known: Loaded<ImageResult>,
  fresh: ImageResult | ErrorReport,
): ImageResult | ErrorReport {
  if (!known || isReport(known) || isReport(fresh) || known.hash !== fresh.hash) return fresh;
  const news = fresh.maps.filter((map) => !known.maps.some((elder) => isBehind(map, elder)));
  const kept = known.maps.filter((elder) => !news.some((map) => isSame(map, elder)));
  return {
    ...fresh,
    picture: fresh.picture ?? known.picture,
    seen: fresh.seen ?? known.seen,
    maps: [...kept, ...news].slice(-mostMaps),
  };
}

function isSame(a: PanelMap, b: PanelMap): boolean {
  return a.asked === b.asked && a.classIndex === b.classIndex;
}

/** A map that grows anew shows nothing until it has come as far as the one that was stopped. */
function isBehind(map: PanelMap, elder: PanelMap): boolean {
  const done = ({ progress }: PanelMap) => progress?.done ?? 0;
  return (
    isSame(map, elder) &&
    map.growth === "growing" &&
    (elder.growth === "whole" || done(map) < done(elder))
  );
}
