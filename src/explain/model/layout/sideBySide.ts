import { whole, type Axis, type Span, type Whole } from "./layout";
import { part, plainWhole } from "./span";

/** Rows or columns that are joined: neighbours in the image, or a map with borders; `undefined` for anything else. */
export function sideBySide(
  parts: readonly (Axis | undefined)[],
  sizes: readonly number[],
): Axis | undefined {
  const pieces = parts.map((axis) => axis && plainWhole(axis));
  return neighbours(pieces) ?? bordered(parts, pieces, sizes);
}

type Piece = Whole | undefined;

/** Shares of a side that are no difference. */
const nothing = 1e-6;

/** Pieces of one map that go on where the one before ends, such as halves that were convolved apart. */
function neighbours(pieces: readonly Piece[]): Axis | undefined {
  const known = pieces.filter((piece) => piece !== undefined);
  const [first] = known;
  if (!first || known.length < pieces.length) return undefined;
  const isNext = known.every((piece, i) => {
    const before = known[i - 1];
    if (!before) return true;
    const isInside = before.span.border[1] === 0 && piece.span.border[0] === 0;
    const isNear = Math.abs(piece.span.from - before.span.to) < nothing;
    return isInside && isNear && Math.abs(step(piece) - step(before)) < nothing;
  });
  if (!isNext || known.some(({ kind }) => kind !== first.kind)) return undefined;
  const last = known.at(-1)!;
  const size = known.reduce((sum, piece) => sum + piece.size, 0);
  const border = [first.span.border[0], last.span.border[1]] as const;
  return whole(first.kind, size, { from: first.span.from, to: last.span.to, border });
}

/** A map with rows or columns of its own, or constant ones, added at its ends: circular, reflected, replicated or constant padding. */
function bordered(
  parts: readonly (Axis | undefined)[],
  pieces: readonly Piece[],
  sizes: readonly number[],
): Axis | undefined {
  const at = sizes.indexOf(Math.max(...sizes));
  const map = pieces[at];
  if (!map) return undefined;
  const isBorder = (piece: Piece, i: number) => {
    if (i === at || !parts[i]) return true;
    const isSmaller = sizes[i]! < map.size && piece?.kind === map.kind;
    return isSmaller && isWithin(piece.span, map.span);
  };
  if (!pieces.every(isBorder)) return undefined;
  const sum = (list: readonly number[]) => list.reduce((total, size) => total + size, 0);
  const [before, behind] = [sum(sizes.slice(0, at)), sum(sizes.slice(at + 1))];
  const size = before + map.size + behind;
  return whole(map.kind, size, part(map, -before, map.size + behind));
}

const step = ({ span, size }: Whole): number => (span.to - span.from) / size;

function isWithin(inner: Span, outer: Span): boolean {
  const [low, high] = [Math.min(outer.from, outer.to), Math.max(outer.from, outer.to)];
  return [inner.from, inner.to].every((end) => end > low - nothing && end < high + nothing);
}
