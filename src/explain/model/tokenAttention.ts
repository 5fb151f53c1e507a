import type { Node } from "../graph/graph";
import { producers } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import { attentionWeights, type Values } from "./attention";
import { hasPlaces, isAtom, wholeOf, type Atom, type Axis, type Layout } from "./layout/layout";
import type { Anatomy } from "./model";

/** The tokens between which a transformer's attention goes: a grid of patches, and tokens beside it. */
export interface TokenGrid {
  readonly height: number;
  readonly width: number;
  /** How many tokens stand before the grid, and behind it. */
  readonly lead: number;
  readonly trail: number;
}

/** The attention of a transformer whose every layer lets all tokens attend to all. */
export interface TokenAttention extends TokenGrid {
  /** The weights after the softmax, first layer first: of queries (rows) over keys (columns), [N,heads,T,T] or [N·heads,T,T]. */
  readonly matrices: readonly string[];
  /** What the head reads: the first token beside the grid, the mean of the patches, or the tokens by weights of a learned query, [N,heads,1,T] or [N·heads,1,T]. */
  readonly reads: "token" | "patches" | { readonly query: string };
}

/** Finds the attention between tokens; a string says in one sentence why it cannot be rolled out. */
export function findTokenAttention(
  nodes: readonly Node[],
  { input, score, layouts }: Anatomy,
): TokenAttention | string {
  const path = nodesBetween(nodes, [input.name], score.logit);
  const onPath = new Set([input.name, ...path.flatMap(({ outputs }) => outputs)]);
  const values: Values = { makers: producers({ nodes }), onPath, layouts };
  const weights = path.flatMap((node) => attentionWeights(values, node) ?? []);
  const matrices = [...new Set(weights)];
  const [first] = matrices;
  if (first === undefined) return "This network has no softmax attention between places.";
  const found = matrices.map((name) => ({ name, ...describe(layouts.of(name)) }));
  const last = found.at(-1)!;
  const between = last.isQuery ? found.slice(0, -1) : found;
  const grid = between[0]?.grid ?? last.grid;
  const odd = found.find((one) => !isSame(one.grid, grid) || (one.isQuery && one !== last));
  if (!grid || odd) return notAll((odd ?? last).name);
  const apart = between.find(({ name }, i) => i > 0 && !leads(nodes, between[i - 1]!.name, name));
  if (apart) return `The attention “${apart.name}” does not read what the one before it makes.`;
  const isToken = layouts.reach(last.name) === "tokens";
  const reads = last.isQuery ? { query: last.name } : isToken ? "token" : "patches";
  return { ...grid, matrices: between.map(({ name }) => name), reads };
}

function notAll(weights: string): string {
  return `The attention “${weights}” is not of all patches with all others: it is one of windows, of fewer tokens, or of an order that cannot be followed.`;
}

interface Described {
  /** Of the tokens that are attended to; `undefined` = not all of a grid, or not by all tokens. */
  readonly grid?: TokenGrid;
  /** Whether one query that is no token attends to them. */
  readonly isQuery?: boolean;
}

function describe(layout: Layout | undefined): Described {
  const [queries, keys] = layout?.slice(-2) ?? [];
  const front = layout?.slice(0, -2) ?? [];
  const kinds = front.flat().map(({ kind }) => kind);
  const isByHead = kinds.every((kind, i) => kind === "channel" || (kind === "batch" && i === 0));
  if (!queries || !keys || !isByHead || front.some(hasPlaces)) return {};
  const grid = gridAlong(keys);
  if (queries.length === 0) return { grid, isQuery: true };
  return isSame(grid, gridAlong(queries)) ? { grid } : {};
}

/** The tokens along an axis: all patches of the image, row by row, with tokens beside them. */
function gridAlong(axis: Axis): TokenGrid | undefined {
  const [item] = axis;
  const tokens = axis.length === 1 && item?.kind === "tokens" ? item : undefined;
  const { lead = 0, trail = 0, atoms = axis.filter(isAtom) } = tokens ?? {};
  const order = atoms.map(({ kind }) => kind).join();
  const isGrid = tokens !== undefined || atoms.length === axis.length;
  const isOrdered = ["height,width", "height", "width"].includes(order);
  if (!isGrid || !isOrdered || !atoms.every(isWhole)) return undefined;
  const size = (kind: Atom["kind"]) =>
    (atoms.find((atom) => atom.kind === kind)?.size ?? 1) as number;
  return { height: size("height"), width: size("width"), lead, trail };
}

/** Whether these are all rows or columns, where they were, over the whole image. */
function isWhole(atom: Atom): boolean {
  const whole = wholeOf([atom]);
  return (
    whole?.roll === 0 && Math.abs(whole.span.from) < 1e-6 && Math.abs(whole.span.to - 1) < 1e-6
  );
}

function isSame(a: TokenGrid | undefined, b: TokenGrid | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function leads(nodes: readonly Node[], from: string, to: string): boolean {
  return nodesBetween(nodes, [from], to).length > 0;
}
