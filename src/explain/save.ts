import type {
  AttributionMap,
  Explanation,
  ExplainEvent,
  SaveEvent,
  SaveRequest,
  WrittenMap,
} from "./api";
import { encodeNpy } from "./file/npy";
import { stems } from "./fileNames";
import type { Bitmap } from "./image/image";
import { ManifestBuilder } from "./manifest";
import { asGrid, finished } from "./map";
import { colourMapOf } from "./picture/colourMap";
import type { Geometry } from "./picture/geometry";
import { drawOverlay } from "./picture/overlay";
import { resample, type Picture } from "./picture/resample";
import { renderMap } from "./picture/upsample";
import type { Platform } from "./platform";

/** An explanation together with the picture it is about, which never leaves the process. */
export type ExplainedEvent = ExplainEvent & { readonly bitmap?: Bitmap };

/**
 * Writes what `events` brings: `STEM.METHOD.CLASS.npy` and `.png` as each image is done, `manifest.json` at the end. Every file
 * appears whole or not at all. Throws `SightlineError("file")` when the folder cannot be written.
 */
export async function* save(
  { explain, folder, overlay }: SaveRequest,
  events: AsyncIterable<ExplainedEvent>,
  { files, images, versions }: Platform,
): AsyncIterable<SaveEvent> {
  const names = stems(explain.tensor === undefined ? explain.images : [explain.tensor]);
  const written: string[] = [];
  let manifest: ManifestBuilder | undefined;
  const write = async (name: string, data: Uint8Array | string): Promise<string> => {
    await files.write(files.join(folder, name), data);
    written.push(name);
    return name;
  };
  const writeMap = async (
    map: AttributionMap,
    { image, geometry }: Explanation,
    bitmap?: Bitmap,
  ): Promise<WrittenMap> => {
    const stem = `${names.get(image)}.${map.method}.${map.classIndex}`;
    const npy = await write(`${stem}.npy`, encodeNpy({ dims: map.dims, data: finished(map) }));
    if (!bitmap) return { npy };
    const picture = draw(bitmap, map, geometry, overlay);
    return { npy, png: await write(`${stem}.png`, await images.encodePng(picture, picture.rgb)) };
  };
  for await (const { bitmap, ...event } of events) {
    if (event.kind === "model") manifest = new ManifestBuilder(explain, event.inspection, versions);
    if (event.kind === "failed") manifest?.failed(event.image, event.error);
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

/** The overlay at the image's own size. */
function draw(
  bitmap: Bitmap,
  map: AttributionMap,
  geometry: Geometry,
  look: SaveRequest["overlay"],
): Picture {
  const { original } = bitmap;
  const whole = bitmap.width === original.width && bitmap.height === original.height;
  const picture = whole
    ? bitmap
    : resample(bitmap, original, { kernel: "bilinear", antialias: false });
  const grid = renderMap(asGrid(map), geometry);
  return drawOverlay(picture, grid, {
    colourMap: colourMapOf(look.colourMap),
    opacity: look.opacity,
  });
}
