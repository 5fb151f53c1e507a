import type {
  AttributionMap,
  Explanation,
  ExplainEvent,
  SaveEvent,
  SaveRequest,
  WrittenMap,
} from "../api";
import { isFiniteMap } from "./blank";
import { checkCancelled, type Cancellation } from "../error";
import type { FileData } from "../file/file";
import { encodeNpy } from "../file/npy";
import { stems } from "./fileNames";
import type { Bitmap } from "../image/image";
import { ManifestBuilder } from "./manifest";
import { asGrid, finished } from "./map";
import { overlayBands } from "../picture/bands";
import { colourMapOf } from "../picture/colourMap";
import type { Platform } from "../platform";

/** An explanation together with the picture it is about, which never leaves the process. */
export type ExplainedEvent = ExplainEvent & { readonly bitmap?: Bitmap };

/**
 * Writes what `events` brings: `STEM.METHOD.CLASS.npy` and `.png` as each image is done, `manifest.json` at the end. Every file
 * appears whole or not at all; a map that is not all numbers is not written. Throws `SightlineError("file")` when the folder cannot
 * be written.
 */
export async function* save(
  { explain, folder, overlay }: SaveRequest,
  events: AsyncIterable<ExplainedEvent>,
  { files, images, versions }: Platform,
  signal?: Cancellation,
): AsyncIterable<SaveEvent> {
  const names = stems(explain.tensor === undefined ? explain.images : [explain.tensor]);
  const written: string[] = [];
  let manifest: ManifestBuilder | undefined;
  const write = async (name: string, data: FileData): Promise<string> => {
    await files.write(files.join(folder, name), data);
    written.push(name);
    return name;
  };
  const writeMap = async (
    map: AttributionMap,
    { image, geometry }: Explanation,
    bitmap?: Bitmap,
  ): Promise<WrittenMap> => {
    if (!isFiniteMap(map)) return {};
    const stem = `${names.get(image)}.${map.method}.${map.classIndex}`;
    const npy = await write(`${stem}.npy`, encodeNpy({ dims: map.dims, data: finished(map) }));
    if (!bitmap) return { npy };
    const look = { colourMap: colourMapOf(overlay.colourMap), opacity: overlay.opacity };
    const bands = cancellable(overlayBands(bitmap, asGrid(map), geometry, look), signal);
    return { npy, png: await write(`${stem}.png`, images.encodePng(bitmap.original, bands)) };
  };
  for await (const { bitmap, ...event } of events) {
    if (event.kind === "model") manifest = new ManifestBuilder(explain, event.inspection, versions);
    if (event.kind === "failed") manifest?.failed(event.image, event.error);
    if (event.kind === "refused") manifest?.refused(event.method, event.error);
    if (event.kind !== "explanation") {
      yield event;
      continue;
    }
    const { explanation } = event;
    const results: WrittenMap[] = [];
    for (const map of explanation.maps) results.push(await writeMap(map, explanation, bitmap));
    manifest?.explained(explanation, results);
    yield { ...event, written: results };
  }
  const name = await write(
    "manifest.json",
    `${JSON.stringify(manifest?.finish(), undefined, 2)}\n`,
  );
  yield { kind: "saved", manifest: files.join(folder, name), files: written };
}

/** Throws `CancelledError` between two items once the caller has given up. */
function* cancellable<T>(items: Iterable<T>, signal: Cancellation | undefined): Iterable<T> {
  for (const item of items) {
    checkCancelled(signal);
    yield item;
  }
}
