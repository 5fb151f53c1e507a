import type { Explanation } from "../../explain/api";

type Encoded = NonNullable<Explanation["picture"]>;

const urls = new WeakMap<Encoded, string>();
const bitmaps = new WeakMap<Encoded, Promise<ImageBitmap>>();
const release = new FinalizationRegistry<string>((url) => URL.revokeObjectURL(url));

function blobOf({ encoded }: Encoded): Blob {
  return new Blob([new Uint8Array(encoded)]);
}

/** An address for `<img>`; it goes when the picture is forgotten. */
export function urlOf(picture: Encoded): string {
  const known = urls.get(picture);
  if (known) return known;
  const url = URL.createObjectURL(blobOf(picture));
  urls.set(picture, url);
  release.register(picture, url);
  return url;
}

/** The decoded picture. */
export function bitmapOf(picture: Encoded): Promise<ImageBitmap> {
  const known = bitmaps.get(picture) ?? createImageBitmap(blobOf(picture));
  bitmaps.set(picture, known);
  return known;
}
