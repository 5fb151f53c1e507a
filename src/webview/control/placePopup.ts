/** Room that a popup leaves to the window's border, and between itself and its field. */
const margin = 8;
const gap = 2;
const best = { width: 520, height: 380 };
/** Below this height above is better, if there is more. */
const enough = 260;

/** Puts a popup below its field or, where there is more room, above it, inside the window whatever its size. */
export function placePopup(popup: HTMLElement, field: HTMLElement): void {
  const { top, bottom, right, width } = field.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  const below = innerHeight - bottom - gap - margin;
  const above = top - gap - margin;
  const isBelow = below >= Math.min(enough, above);
  const wide = Math.min(innerWidth - 2 * margin, Math.max(width, best.width));
  const left = Math.max(margin, Math.min(innerWidth - margin, right) - wide);
  const place = {
    left: `${left}px`,
    width: `${wide}px`,
    top: isBelow ? `${bottom + gap}px` : "auto",
    bottom: isBelow ? "auto" : `${innerHeight - top + gap}px`,
    maxHeight: `${Math.min(best.height, isBelow ? below : above)}px`,
  };
  Object.assign(popup.style, place);
}
