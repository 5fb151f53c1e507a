import { hasPlaces, kindOf, whole, type Axis, type Tokens } from "./layout";

/** Elements start, start + step … of an axis, `size` of them. */
export interface Range {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** What a range of an axis is; `tokensOnly` when it takes none of the places, only tokens beside them. */
export function range(
  axis: Axis,
  { start, size, step }: Range,
): { axis: Axis; tokensOnly: boolean } {
  const [item] = axis;
  const places = hasPlaces(axis);
  if (item?.kind === "tokens" && axis.length === 1) {
    if (step === 1) return ofTokens(item, start, size);
    return { axis: whole("other", size), tokensOnly: false };
  }
  const kind = kindOf(axis) ?? "other";
  if (!places || axis.length !== 1 || kind === "other" || item!.kind === "tokens") {
    return { axis: whole(places ? "other" : kind, size), tokensOnly: false };
  }
  if (step !== 1 || item!.kind === "part") return { axis: whole(kind, size), tokensOnly: false };
  return { axis: size === 0 ? [] : [{ kind: "part", size, start, of: item! }], tokensOnly: false };
}

function ofTokens({ size, lead, trail, atoms }: Tokens, start: number, taken: number) {
  const end = start + taken;
  const last = size - trail;
  if (end <= lead || start >= last) return { axis: whole("other", taken), tokensOnly: true };
  if (start > lead || end < last) return { axis: whole("other", taken), tokensOnly: false };
  const [before, behind] = [lead - start, end - last];
  if (before === 0 && behind === 0) return { axis: atoms, tokensOnly: false };
  const tokens: Tokens = { kind: "tokens", size: taken, lead: before, trail: behind, atoms };
  return { axis: [tokens], tokensOnly: false };
}
