/** Extensions of the image files that can be decoded, lower case, without the dot. */
export const imageExtensions = [
  "png",
  "jpg",
  "jpeg",
  "webp",
  "gif",
  "bmp",
  "tif",
  "tiff",
  "avif",
] as const;

/** Whether a file's name is that of an image. */
export function isImageName(name: string): boolean {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return name.includes(".") && imageExtensions.some((known) => known === extension);
}
