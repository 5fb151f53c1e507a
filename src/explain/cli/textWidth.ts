/** Text on a terminal: columns, not characters. East Asian letters and most emoji take two, accents that combine take none. */

const graphemes = new Intl.Segmenter();
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\ufe0f/u;

interface Piece {
  readonly text: string;
  readonly width: number;
}

function pieces(text: string): Piece[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({
    text: segment,
    width: wide.test(segment) ? 2 : /^\p{M}/u.test(segment) ? 0 : 1,
  }));
}

const sum = (list: readonly Piece[]): number => list.reduce((total, { width }) => total + width, 0);
const join = (list: readonly Piece[]): string => list.map(({ text }) => text).join("");

/** File names and labels may hold line breaks and escape sequences, which would break the table or worse. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "�");
}

export function widthOf(text: string): number {
  return sum(pieces(text));
}

/** Exactly `width` columns: padded, or cut in the middle, so that an extension stays readable. */
export function fit(text: string, width: number): string {
  const all = pieces(text);
  if (sum(all) <= width) return text + " ".repeat(width - sum(all));
  const head: Piece[] = [];
  const tail: Piece[] = [];
  for (;;) {
    const [side, next] = sum(head) <= sum(tail) ? [head, all.shift()!] : [tail, all.pop()!];
    if (sum(head) + sum(tail) + next.width + 1 > width) break;
    if (side === head) head.push(next);
    else tail.unshift(next);
  }
  const cut = `${join(head)}…${join(tail)}`;
  return cut + " ".repeat(Math.max(0, width - widthOf(cut)));
}
