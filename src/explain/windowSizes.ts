/**
 * An occlusion's window and stride in pixels: what was asked for, else a seventh of the image's shorter side and half a window.
 *
 * @param asked 0 = automatic.
 */
export function windowSizes(
  { height, width }: { readonly height: number; readonly width: number },
  asked: { readonly window: number; readonly stride: number },
): { readonly window: number; readonly stride: number } {
  const window = asked.window || Math.max(1, Math.round(Math.min(height, width) / 7));
  return { window, stride: asked.stride || Math.max(1, Math.round(window / 2)) };
}
