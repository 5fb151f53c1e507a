import sharp from "sharp";
import type { Picture } from "../../src/explain/picture/resample";

/** How a camera stores an upright picture under each EXIF orientation, 1 to 8: turned clockwise, then perhaps mirrored. */
const stored: readonly { angle: number; mirrored: boolean }[] = [
  { angle: 0, mirrored: false },
  { angle: 0, mirrored: true },
  { angle: 180, mirrored: false },
  { angle: 180, mirrored: true },
  { angle: 90, mirrored: true },
  { angle: 270, mirrored: false },
  { angle: 270, mirrored: true },
  { angle: 90, mirrored: false },
];

/** Writes a picture as PNG in the given orientation, by sharp's own turning and mirroring. */
export async function storeTurned(
  path: string,
  { width, height, rgb }: Picture,
  orientation: number,
): Promise<void> {
  const { angle, mirrored } = stored[orientation - 1]!;
  const upright = sharp(rgb, { raw: { width, height, channels: 3 } });
  // In two steps, because sharp has an order of its own for turning and mirroring.
  const turned = sharp(await upright.rotate(angle).png().toBuffer());
  await turned.flop(mirrored).withMetadata({ orientation }).png().toFile(path);
}
