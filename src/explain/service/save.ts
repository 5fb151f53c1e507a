import type { Explanation, ExplainEvent, SaveEvent, SaveRequest } from "../api";
import { CancelledError, type Cancellation } from "../error";
import type { Bitmap } from "../image/image";
import { ManifestBuilder } from "./manifest";
import type { Platform } from "../platform";
import { ResultFolder } from "./resultFolder";

/** An explanation together with the picture it is about, which never leaves the process. */
export type ExplainedEvent = ExplainEvent & { readonly bitmap?: Bitmap };

/**
 * Writes what `events` brings: `STEM.METHOD.CLASS.npy` and `.png` as each image is done, `manifest.json` at the end; a map that is not all
 * numbers is not written. When the caller gives up while a map grows, the maps so far of that image are written as numbers, with a manifest that says how far they are, before
 * `CancelledError` is thrown. Throws `SightlineError("file")` when the folder cannot be written, before anything is computed.
 */
export async function* save(
  request: SaveRequest,
  events: AsyncIterable<ExplainedEvent>,
  platform: Platform,
  signal?: Cancellation,
): AsyncIterable<SaveEvent> {
  const folder = new ResultFolder(request, platform);
  await folder.check();
  let manifest: ManifestBuilder | undefined;
  let growing: Explanation | undefined;
  try {
    for await (const { bitmap, ...event } of events) {
      if (event.kind === "model")
        manifest = new ManifestBuilder(request.explain, event.inspection, platform.versions);
      if (event.kind === "failed") manifest?.failed(event.image, event.error);
      if (event.kind === "refused") manifest?.refused(event.method, event.error);
      if (event.kind === "interim") growing = event.explanation;
      if (event.kind === "explanation" || event.kind === "failed") growing = undefined;
      if (event.kind !== "explanation") {
        yield event;
        continue;
      }
      const written = await folder.explanation(event.explanation, bitmap, signal);
      manifest?.explained(event.explanation, written);
      yield { ...event, written };
    }
  } catch (cause) {
    if (!(cause instanceof CancelledError) || !growing) throw cause;
    manifest?.explained(growing, await folder.explanation(growing, undefined, undefined));
    yield await folder.manifest(manifest?.finish());
    throw cause;
  }
  yield await folder.manifest(manifest?.finish());
}
