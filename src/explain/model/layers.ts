import { nodesBetween } from "../graph/path";
import { consumers, producers, type Graph, type Node } from "../graph/graph";
import type { Extent } from "../picture/geometry";
import { dtypes } from "../tensor";
import { findDefaultLayer, neutral, type SpatialValue } from "./defaultLayer";
import type { Layouts } from "./layout/follow";
import { atomsOf, gridOf, type Grid, type Span } from "./layout/layout";
import { lossBehind } from "./loss";
import type { Layer } from "./model";

/**
 * Every value of real numbers with rows and columns (height · width > 1) between the image and the logit, in the graph's order, tokens in a grid included;
 * exactly one is the default when there is any.
 *
 * The default of a convolutional net or of pooled tokens is the last spatial map before pooling: from the logit back to the first spatial value,
 * then back over pooling. Where the score reads the grid by attention (a class token, a learned query), the default is what the last attention's
 * keys and values are made of: the normalization before it.
 *
 * @param names the values that the file names, which alone are offered; absent = all.
 */
export function findLayers(
  graph: Graph,
  input: string,
  logit: string,
  layouts: Layouts,
  names?: ReadonlySet<string>,
): { layers: Layer[]; reason: string } {
  const isShown = (name: string) =>
    dtypes[graph.types.get(name)!.type].float && (names?.has(name) ?? true);
  const onPath = new Set(
    nodesBetween(graph.nodes, [input], logit).flatMap(({ outputs }) => outputs),
  );
  const makers = producers(graph);
  const readers = consumers(graph);
  const spatial = new Map<string, SpatialValue>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      const layer = onPath.has(name) && describe(node, name, layouts, makers, isShown);
      if (layer) spatial.set(name, layer);
    }
  }
  const shownAs = (value: string) => named(value, isShown, spatial, { makers, readers });
  const lostBehind = (value: string) => lossBehind(graph, value, logit, layouts);
  const search = { graph, onPath, makers, layouts, spatial, shownAs, lostBehind };
  const found = findDefaultLayer(search, logit);
  const shown = [...spatial.values()].filter(({ name }) => isShown(name));
  const layers = shown.map((layer) => ({ ...layer, default: layer.name === found?.name }));
  return {
    layers,
    reason: found?.reason ?? whyNone(lostBehind(input)),
  };
}

function whyNone(lost: string | undefined): string {
  if (lost === undefined) return "No value between the image and the logit has rows and columns.";
  return `Rows and columns cannot be followed from the image: they are lost ${lost}.`;
}

interface Neighbours {
  readonly makers: ReadonlyMap<string, Node>;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
}

/** A step that the file does not name stands for the value that it moves or rounds, or for the one that it is moved to. */
function named(
  value: string,
  isShown: IsShown,
  spatial: ReadonlyMap<string, SpatialValue>,
  { makers, readers }: Neighbours,
): string | undefined {
  const before = (name: string) => {
    const maker = makers.get(name);
    return maker && neutral.has(maker.op) ? maker.inputs[0] : undefined;
  };
  const after = (name: string) => readers.get(name)?.find(({ op }) => neutral.has(op))?.outputs[0];
  for (const step of [before, after]) {
    let current: string | undefined = value;
    while (current !== undefined && spatial.has(current)) {
      if (isShown(current)) return current;
      current = step(current);
    }
  }
  return undefined;
}

/** The operator that made a value; of a quantized one what was rounded, of one that steps without a name lead to what they began with. */
function madeBy(node: Node, makers: ReadonlyMap<string, Node>, isShown: IsShown): string {
  const rounding = node.op === "DequantizeLinear" ? makers.get(node.inputs[0]!) : undefined;
  const isRounded = rounding?.op === "QuantizeLinear";
  const before = isRounded ? rounding.inputs[0]! : node.inputs[0]!;
  const maker = makers.get(before);
  if (isRounded) return maker?.op ?? node.op;
  const isMoved = maker && neutral.has(node.op) && !isShown(before);
  return isMoved ? madeBy(maker, makers, isShown) : node.op;
}

type IsShown = (name: string) => boolean;

function describe(
  node: Node,
  name: string,
  layouts: Layouts,
  makers: ReadonlyMap<string, Node>,
  isShown: IsShown,
): SpatialValue | undefined {
  const layout = layouts.of(name);
  const grid = layout && gridOf(layout);
  // What was just cut out of a map is that map still.
  if (!grid || atomsOf(layout).some(({ cut }) => cut)) return undefined;
  const { channels, height, width } = grid;
  const extent = extentOf(grid);
  return {
    name,
    op: madeBy(node, makers, isShown),
    channels,
    height,
    width,
    ...(extent && { extent }),
    reached: layouts.reach(name) === "all",
  };
}

/** Shares of a side that are no difference. */
const nothing = 1e-6;

/** Where a map lies in the network's input; `undefined` = all over it. */
function extentOf({ rows, columns }: Grid): Extent | undefined {
  const ends = ({ from, to }: Span) => [Math.min(from, to), Math.max(from, to)] as const;
  const isAll = [rows, columns].every((span) => {
    const [first, last] = ends(span);
    return Math.abs(first) < nothing && Math.abs(last - 1) < nothing;
  });
  const [[y0, y1], [x0, x1]] = [ends(rows), ends(columns)];
  return isAll ? undefined : { x0, y0, x1, y1 };
}
