import type { Size } from "../picture/geometry";

/** A decoded image: upright (EXIF orientation applied), 8-bit RGB interleaved, alpha laid over white. */
export interface Bitmap extends Size {
  /** Length width·height·3. */
  readonly rgb: Uint8Array;
}

/** What the rest of Sightline may do with image files. Implemented in `decode.ts`. */
export interface Images {
  /** Throws `SightlineError("image")` in one sentence for anything that cannot be decoded in bounded memory. */
  decode(path: string): Promise<Bitmap>;
  /** PNG bytes of RGB or RGBA pixels. */
  encodePng(size: Size, pixels: Uint8Array): Promise<Uint8Array>;
}
