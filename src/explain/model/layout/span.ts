import { atomsOf, wholeOf, type Atom, type Axis, type Span, type Whole } from "./layout";

/** Elements start, start + step … of a whole, `size` of them; `undefined` when they do not lie side by side in the image. */
export function taken(
  whole: Whole,
  start: number,
  size: number,
  step: number,
): Pick<Atom, "roll" | "span"> | undefined {
  const count = whole.size;
  if (step === -1 && size === count)
    return { roll: (count - whole.roll) % count, span: turned(whole.span) };
  const first = (start + whole.roll) % count;
  const last = first + (size - 1) * step;
  if (last < 0 || last >= count) return undefined;
  const every = Math.abs(step);
  // An element that stands for several reaches half of them to either side, the outermost ones to the edge.
  const reach = (every - 1) / 2;
  const begin = Math.min(first, last) - reach;
  const end = begin + size * every;
  const edge = (at: number, wanted: number) => (Math.abs(at - wanted) <= reach ? wanted : at);
  const span = part(whole, edge(begin, 0), edge(end, count), every);
  return { roll: 0, span: step < 0 ? turned(span) : span };
}

/**
 * What lies between two places of a whole that is not rolled, counted in its elements from its first edge; outside of it too.
 *
 * @param every how many elements one of the result stands for.
 */
export function part(
  { span, size }: { readonly span: Span; readonly size: number },
  begin: number,
  end: number,
  every = 1,
): Span {
  const one = (span.to - span.from) / size;
  const left = (border: number, off: number) => Math.ceil(Math.max(0, border - off) / every);
  return {
    from: rounded(span.from + begin * one),
    to: rounded(span.from + end * one),
    border: [left(span.border[0], begin), left(span.border[1], size - end)],
  };
}

/**
 * What a window of `reach` + 1 elements that is moved over a whole covers: all of it, as every tool lays such a map over the image. A border that
 * the window explains is none of the image's; what is added beyond that is.
 */
export function windowed(whole: Whole, reach: number, pads: readonly [number, number]): Span {
  const [before, behind] = whole.span.border;
  const isExplained = before + pads[0] <= reach && behind + pads[1] <= reach;
  const span = isExplained
    ? part(whole, before, whole.size - behind)
    : part(whole, reach / 2 - pads[0], whole.size + pads[1] - reach / 2);
  return { ...span, border: [0, 0] };
}

/** Sums like 1/3 + 2/3 come to the same whatever their order. */
const rounded = (share: number): number => Math.round(share * 2 ** 40) / 2 ** 40;

const turned = ({ from, to, border: [before, behind] }: Span): Span => ({
  from: to,
  to: from,
  border: [behind, before],
});

/** Elements that two maps may lie apart and still be added: unpadded convolutions and the like come to that. */
const slack = 2;

/** Whether two axes hold the same places in the same order, as far as it is known of both. */
export function areTogether(a: Axis, b: Axis): boolean {
  const [first, second] = [atomsOf([a]), atomsOf([b])];
  if (first.length !== second.length) return true;
  return first.every((atom, i) => {
    const other = second[i]!;
    if (atom.kind !== other.kind || rollBetween(atom, other) > slack)
      return atom.kind === "other" || other.kind === "other";
    const one = Math.abs(atom.span.to - atom.span.from) / Number(atom.extent);
    const apart = (["from", "to"] as const).map((end) =>
      Math.abs(atom.span[end] - other.span[end]),
    );
    return !(Math.max(...apart) > slack * one);
  });
}

/** By how many elements one is rolled against the other: a step to the side mixes neighbours, as a convolution does. */
function rollBetween(a: Atom, b: Atom): number {
  const apart = Math.abs(a.roll - b.roll);
  return Math.min(apart, Number(a.extent) - apart);
}

/** The whole that an axis is, unless it is rolled. */
export function plainWhole(axis: Axis): Whole | undefined {
  const rows = wholeOf(axis);
  return rows?.roll === 0 ? rows : undefined;
}
