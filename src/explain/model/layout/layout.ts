import { multiplyDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";

/** What a factor of an axis stands for. `other` = it was lost on the way, or never was one of the four. */
export type Kind = "batch" | "channel" | "height" | "width" | "other";

/**
 * A factor of an axis. A Reshape may split an axis into factors and join factors of several: windows [N·(H/7)·(W/7), 7·7, C] hold rows
 * in two atoms, the number of the window (step 7) and the row within it (step 1).
 */
export interface Atom {
  readonly kind: Kind;
  readonly size: Dim;
  /** How many elements of the whole lie between neighbours of this factor. */
  readonly step: number;
  /** The size of the whole that this is a factor of. */
  readonly extent: Dim;
  /** Index i holds the element (i + roll) mod extent of the whole: torch.roll in shifted windows. */
  readonly roll: number;
  /** Where the whole lies; of rows and columns alone. */
  readonly span: Span;
  /** What the whole is a range of, when Slice or Split just made it. */
  readonly cut?: { readonly start: number; readonly of: Atom };
}

/** Where a whole lies along a side of the network's input: from the edge of its first element to that of its last. */
export interface Span {
  /** 0 is the input's upper or left edge, 1 the other; less and more lie outside. `from` > `to` = it runs backwards. */
  readonly from: number;
  readonly to: number;
  /** How many elements at either end Pad has just added. */
  readonly border: readonly [before: number, behind: number];
}

/** All of a side. */
export const fullSpan: Span = { from: 0, to: 1, border: [0, 0] };

/** A grid of patches written one after the other with tokens that have no place in the image: class and register tokens. */
export interface Tokens {
  readonly kind: "tokens";
  readonly size: number;
  /** How many such tokens stand in front of the grid, and behind it. */
  readonly lead: number;
  readonly trail: number;
  /** The grid. */
  readonly atoms: readonly Atom[];
}

export type Item = Atom | Tokens;

/** One axis of a value: its factors, slowest first; none for a size of 1. */
export type Axis = readonly Item[];

/** What every axis of a value stands for. */
export type Layout = readonly Axis[];

/** An axis that is one thing. */
export function whole(kind: Kind, size: Dim, span: Span = fullSpan): Axis {
  return size === 1 ? [] : [{ kind, size, step: 1, extent: size, roll: 0, span }];
}

export function isAtom(item: Item): item is Atom {
  return item.kind !== "tokens";
}

/** Rows or columns of which the whole is known. */
export type Whole = Atom & { readonly size: number };

/** The rows or columns that an axis is, all of them and nothing else; those within patches may be features already. */
export function wholeOf(axis: Axis): Whole | undefined {
  const [item] = axis;
  if (axis.length !== 1 || !isAtom(item!) || !isSpatial(item)) return undefined;
  const { size, step, extent, roll } = item;
  if (typeof size !== "number" || size * step !== extent || roll % step !== 0) return undefined;
  return { ...item, size, step: 1, extent: size, roll: roll / step };
}

export function isSpatial(item: Item): boolean {
  return item.kind === "height" || item.kind === "width" || item.kind === "tokens";
}

/** Whether the axis has rows, columns or patches in it. */
export function hasPlaces(axis: Axis): boolean {
  return axis.some(isSpatial);
}

/** What the axis is, if it is one thing. */
export function kindOf(axis: Axis): Kind | undefined {
  const kinds = new Set(axis.map(({ kind }) => kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== "tokens" ? kind : undefined;
}

/** Where the rows and columns of a value are, and how they are brought to [N,C,h,w]. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly layout: Layout;
  /** Where they lie in the network's input; all over it as a rule. */
  readonly rows: Span;
  readonly columns: Span;
}

/**
 * The grid of a value whose rows and columns all lie in its axes, each once; `undefined` for any other value, such as attention weights
 * (two grids) or what a class token holds (none).
 */
export function gridOf(layout: Layout): Grid | undefined {
  const items = layout.flat();
  if (items.filter((item) => item.kind === "tokens").length > 1) return undefined;
  if (layout.some(mixesPlaces)) return undefined;
  const atoms = atomsOf(layout);
  const height = extentOf(atoms, "height");
  const width = extentOf(atoms, "width");
  const channels = multiplyDims(
    atoms.filter(({ kind }) => kind === "channel" || kind === "other").map(({ size }) => size),
  );
  if (!height || !width || height * width === 1 || typeof channels !== "number") return undefined;
  // What has lost its columns is no map of rows.
  const isHalf = height === 1 || width === 1;
  if (isHalf && atoms.some(({ kind }) => kind === "other")) return undefined;
  const [rows, columns] = [spanOf(atoms, "height"), spanOf(atoms, "width")];
  return { height, width, channels, layout, rows, columns };
}

/** Whether rows or columns share the axis with channels: a flattened map, whose elements are features. */
function mixesPlaces(axis: Axis): boolean {
  return hasPlaces(axis) && axis.some(({ kind }) => kind === "channel" || kind === "other");
}

/** Every factor of a value in order, those of a grid of tokens included. */
export function atomsOf(layout: Layout): Atom[] {
  return layout.flat().flatMap((item) => {
    return item.kind === "tokens" ? item.atoms : [item];
  });
}

/** The size along `kind` that the factors make up together; `undefined` when some are missing, twice there, or of different wholes. */
function extentOf(atoms: readonly Atom[], kind: Kind): number | undefined {
  const own = inOrder(atoms.filter((atom) => atom.kind === kind));
  const [first] = own;
  if (!first) return 1;
  const sizes = own.map(({ size }) => size as number);
  const fits = own.every(({ extent, roll, step, span }, i) => {
    const next = own[i + 1];
    const isSame = extent === first.extent && roll === first.roll && isSameSpan(span, first.span);
    return isSame && (!next || step === sizes[i + 1]! * next.step);
  });
  const isComplete = sizes[0]! * first.step === first.extent;
  return fits && isComplete ? sizes.reduce((product, size) => product * size, 1) : undefined;
}

function spanOf(atoms: readonly Atom[], kind: Kind): Span {
  return atoms.find((atom) => atom.kind === kind)?.span ?? fullSpan;
}

export function isSameSpan(a: Span, b: Span): boolean {
  return a === b || (a.from === b.from && a.to === b.to && a.border.join() === b.border.join());
}

/** Slowest first, whatever order they were transposed into. */
export function inOrder(atoms: readonly Atom[]): Atom[] {
  return atoms.toSorted((a, b) => b.step - a.step);
}
