import type { AttributionMap, Explanation, SaveEvent, SaveRequest, WrittenMap } from "../api";
import { checkCancelled, type Cancellation } from "../error";
import type { FileData } from "../file/file";
import { encodeNpy } from "../file/npy";
import type { Bitmap } from "../image/image";
import { overlayBands } from "../picture/bands";
import { colourMapOf } from "../picture/colourMap";
import type { Platform } from "../platform";
import { isFiniteMap } from "./blank";
import { stems } from "./fileNames";
import type { Manifest } from "./manifest";
import { drawnMap, finished } from "./grid";

/** The folder that results are written to. Every file appears whole or not at all. */
export class ResultFolder {
  private readonly stems: ReadonlyMap<string, string>;
  private readonly written: string[] = [];

  constructor(
    private readonly request: SaveRequest,
    private readonly platform: Pick<Platform, "files" | "images">,
  ) {
    const { tensor, images } = request.explain;
    this.stems = stems(tensor === undefined ? images : [tensor]);
  }

  /** Throws when nothing can be written there, before there is anything to write. */
  check(): Promise<void> {
    return this.platform.files.checkWritable(this.request.folder);
  }

  /** Writes the numbers of every map, and pictures where there is a bitmap to lay them over; a map that is not all numbers is left out. */
  async explanation(
    explanation: Explanation,
    bitmap: Bitmap | undefined,
    signal: Cancellation | undefined,
  ): Promise<WrittenMap[]> {
    const results: WrittenMap[] = [];
    for (const map of explanation.maps) {
      if (!isFiniteMap(map)) results.push({});
      else {
        const stem = `${this.stems.get(explanation.image)}.${map.method}.${map.classIndex}`;
        const npy = await this.numbers(stem, map);
        const png = bitmap && (await this.overlay(stem, map, explanation, bitmap, signal));
        results.push({ npy, ...(png !== undefined && { png }) });
      }
    }
    return results;
  }

  /** The last file. */
  async manifest(manifest: Manifest | undefined): Promise<SaveEvent> {
    const name = await this.write("manifest.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
    const path = this.platform.files.join(this.request.folder, name);
    return { kind: "saved", manifest: path, files: this.written };
  }

  private numbers(stem: string, map: AttributionMap): Promise<string> {
    return this.write(`${stem}.npy`, encodeNpy({ dims: map.dims, data: finished(map) }));
  }

  private overlay(
    stem: string,
    map: AttributionMap,
    { geometry }: Explanation,
    bitmap: Bitmap,
    signal: Cancellation | undefined,
  ): Promise<string> {
    const { colourMap, opacity } = this.request.overlay;
    const { cells, scale } = drawnMap(map);
    const look = { colourMap: colourMapOf(colourMap), opacity, ...(scale && { scale }) };
    const bands = cancellable(overlayBands(bitmap, cells, geometry, look), signal);
    return this.write(`${stem}.png`, this.platform.images.encodePng(bitmap.original, bands));
  }

  private async write(name: string, data: FileData): Promise<string> {
    const { files } = this.platform;
    await files.write(files.join(this.request.folder, name), data);
    this.written.push(name);
    return name;
  }
}

/** Throws `CancelledError` between two items once the caller has given up. */
function* cancellable<T>(items: Iterable<T>, signal: Cancellation | undefined): Iterable<T> {
  for (const item of items) {
    checkCancelled(signal);
    yield item;
  }
}
