import { hasPlaces, isAtom, kindOf, whole, wholeOf, type Axis, type Tokens } from "./layout";
import { taken } from "./span";

/** Elements start, start + step … of an axis, `size` of them. */
export interface Range {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** What a range of an axis is. */
export interface Taken {
  readonly axis: Axis;
  /** Whether it has none of the places, only tokens beside them. */
  readonly tokensOnly?: boolean;
}

/** What a range of an axis is; `undefined` when its places cannot be told. */
export function range(axis: Axis, wanted: Range): Taken | undefined {
  const [item] = axis;
  if (!hasPlaces(axis)) return { axis: whole(kindOf(axis) ?? "other", wanted.size) };
  if (axis.length !== 1) return undefined;
  if (!isAtom(item!)) return wanted.step === 1 ? ofTokens(item!, wanted) : undefined;
  const { start, size, step } = wanted;
  if (size === 0) return { axis: [] };
  const rows = wholeOf(axis);
  if (!rows) return undefined;
  const found = taken(rows, start, size, step);
  // What goes round the end of a rolled map may be put together again.
  const cut = step === 1 ? { start, of: item } : undefined;
  if (!found && !cut) return undefined;
  const made = found ? { ...found, kind: item.kind } : { ...item, kind: "other" as const };
  const { kind, roll, span } = made;
  return { axis: [{ kind, size, step: 1, extent: size, roll, span, ...(cut && { cut }) }] };
}

function ofTokens(tokens: Tokens, { start, size: taken }: Range): Taken | undefined {
  const { size, lead, trail, atoms } = tokens;
  const end = start + taken;
  const last = size - trail;
  if (end <= lead || start >= last) return { axis: whole("other", taken), tokensOnly: true };
  if (start > lead || end < last) return undefined;
  const [before, behind] = [lead - start, end - last];
  if (before === 0 && behind === 0) return { axis: atoms };
  return { axis: [{ kind: "tokens", size: taken, lead: before, trail: behind, atoms }] };
}
