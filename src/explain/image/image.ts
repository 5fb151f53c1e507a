import type { Size } from "../picture/geometry";
import type { Picture } from "../picture/resample";

/**
 * A decoded image: upright (EXIF orientation applied), 8-bit RGB interleaved, alpha laid over white. Colour profiles are
 * ignored, as PIL ignores them: the numbers in the file are what models are trained and evaluated on.
 */
export interface Bitmap extends Size {
  /** Length width·height·3. */
  readonly rgb: Uint8Array;
  /**
   * The upright size of the image in the file, which every coordinate refers to. Equal to `width` × `height` unless the image was too
   * large to hold and was reduced while it was read.
   */
  readonly original: Size;
}

/** What the rest of Sightline may do with image files. Implemented in `decode.ts`. */
export interface Images {
  /** Throws `SightlineError("image")` in one sentence for anything that cannot be decoded in bounded memory. */
  decode(path: string): Promise<Bitmap>;
  /** The bytes of a PNG, made as they are asked for from bands of rows that come from the top. */
  encodePng(size: Size, bands: Iterable<Picture>): AsyncIterable<Uint8Array>;
  /** JPEG bytes of interleaved RGB pixels, for showing only. */
  encodeJpeg(size: Size, pixels: Uint8Array): Promise<Uint8Array>;
}
