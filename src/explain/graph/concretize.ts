import { describeError, GraphError } from "../error";
import type { Builder } from "./builder";
import { dimNames, dimOfOne, isConcrete, multiplyDims, printDims } from "./dim";
import type { Dim, Graph, Node } from "./graph";
import { rewrite, type Replacements } from "./rewrite";

/** The name of the batch size in every concrete graph. */
export const batchName = "N";

/** A graph whose image has a known size. */
export interface Concretized {
  readonly graph: Graph;
  /**
   * Whether the graph takes any number of images. When the exporter fixed the batch at more than one (`fixed`), that means one image at a time
   * only if it has the scores that it has in such a batch.
   */
  readonly anyBatch: boolean;
  /** The graph with the batch as the exporter fixed it, where that is more than one image and was opened. */
  readonly fixed?: Graph;
  /** The nodes where a literal batch was replaced. */
  readonly changed: readonly string[];
  /** Why the batch stayed as the exporter fixed it. */
  readonly reason?: string;
}

/**
 * Gives the image input its shape: `dims` has numbers for channels, height and width (in the input's layout) and {@link batchName} for
 * the batch. Sizes of the same name elsewhere follow. A batch that the exporter fixed becomes open: Reshape and Expand targets that hold
 * it literally are changed, and constants that are joined to the batch (class tokens) are repeated for each image. Where that leads to a
 * contradiction the batch stays fixed, with the reason.
 *
 * Throws `GraphError` when the graph cannot take an image of that size.
 */
export function concretize(graph: Graph, input: string, dims: readonly Dim[]): Concretized {
  const batch = graph.inputs.find(({ name }) => name === input)?.dims[0];
  if (batch === undefined) throw new GraphError(input, "is not an input of this graph");
  const named = typeof batch === "string" ? withNamedBatch(graph, input, dims) : undefined;
  if (named) return { graph: named, anyBatch: true, changed: [] };
  const count = typeof batch === "string" ? 1 : batch;
  const fixed = withInput(graph, input, [count, ...dims.slice(1)]);
  try {
    const opened = openBatch(fixed, input, dims, count);
    return count > 1 ? { ...opened, fixed } : opened;
  } catch (cause) {
    return { graph: fixed, anyBatch: false, changed: [], reason: describeError(cause) };
  }
}

/** The graph for any batch, unless the exporter named it and then computed with 1 all the same. */
function withNamedBatch(graph: Graph, input: string, dims: readonly Dim[]): Graph | undefined {
  try {
    const open = withInput(graph, input, dims);
    const isClosed = (value: string) => isConcrete(open.types.get(value)!.dims);
    const isStuck =
      open.outputs.every(isClosed) ||
      open.nodes.some(({ op, inputs: [x], outputs: [y] }) => {
        return op === "Reshape" && !isClosed(x!) && isClosed(y!);
      });
    return isStuck ? undefined : open;
  } catch (cause) {
    // What cannot be said of one image either is thrown then.
    if (cause instanceof GraphError) return undefined;
    throw cause;
  }
}

/** The graph with another shape for one input; where that shape gives a name a new size, other inputs follow. */
function withInput(graph: Graph, input: string, dims: readonly Dim[]): Graph {
  const old = graph.inputs.find(({ name }) => name === input)!.dims;
  const sizes = new Map<Dim, Dim>(old.map((dim, i) => [dim, dims[i]!]));
  const follow = (dim: Dim) => (typeof dim === "string" ? (sizes.get(dim) ?? dim) : dim);
  return rewrite(graph, {
    input: (g, { name, type, dims: own }) =>
      g.input(name, type, name === input ? dims : own.map(follow)),
  });
}

/** Throws `GraphError` when the open batch contradicts the graph, or does not reach its outputs. */
function openBatch(fixed: Graph, input: string, dims: readonly Dim[], batch: number): Concretized {
  const changed: string[] = [];
  const inner = new Set<string>();
  const graph = rewrite(fixed, {
    input: (g, { name, type, dims: own }) => g.input(name, type, name === input ? dims : own),
    node: (g, node): Replacements => {
      const opened = openings[node.op]?.(g, node, { fixed, batch, inner });
      if (opened) changed.push(node.name);
      g.append(opened ?? node);
      followInner(g, node, inner);
      checkApart(g, node);
      if (node.op === "ScatterND") checkScattered(g, node);
      return undefined;
    },
  });
  const stuck = graph.outputs.find((output) => batchAxis(graph.types.get(output)!.dims) < 0);
  if (stuck !== undefined) {
    const shape = printDims(graph.types.get(stuck)!.dims);
    throw new GraphError(stuck, `has the shape ${shape} for any number of images`);
  }
  return { graph, anyBatch: true, changed };
}

/** Throws `GraphError` where every image meets every other: weights that are made for each image (CondConv) are written for one batch. */
function checkApart(g: Builder, { name, outputs }: Node): void {
  const crossed = outputs.find((output) => output && timesBatch(g.dims(output)) > 1);
  if (crossed === undefined) return;
  throw new GraphError(name, `makes ${printDims(g.dims(crossed))}, which joins images`);
}

/** Throws `GraphError` where constant places, which lie in the first image, are overwritten with values of every image. */
function checkScattered(g: Builder, { name, inputs }: Node): void {
  const [x, places, updates] = inputs.map((input) => g.dims(input)) as [Dim[], Dim[], Dim[]];
  const written = [...places.slice(0, -1), ...x.slice(places.at(-1) as number)];
  if (timesBatch(written) === timesBatch(updates)) return;
  throw new GraphError(name, `writes ${printDims(updates)} to ${printDims(written)} places`);
}

/** How often the batch is a factor of a value's size. */
function timesBatch(dims: readonly Dim[]): number {
  return dims.flatMap(dimNames).filter((name) => name === batchName).length;
}

/** What is known when the batch of a node is opened. */
interface Site {
  /** The graph with the batch that the exporter fixed, and that batch. */
  readonly fixed: Graph;
  readonly batch: number;
  /** Values with an axis of, say, 16·N in which the images change fastest: [16,N] that was joined, not [N,16]. */
  readonly inner: Set<string>;
}

/** How a node that holds the batch size literally is changed, by operator; `undefined` = it need not be. */
type Opening = (g: Builder, node: Node, site: Site) => Node | undefined;

const openings: Readonly<Record<string, Opening>> = {
  Reshape: openReshape,
  Expand: openExpand,
  Concat: openConcat,
  GridSample: openGridSample,
  Resize: openResize,
};

/** The target shape with −1 where the batch goes, and every other size as it was with the fixed batch. */
function openReshape(g: Builder, node: Node, { fixed, batch, inner }: Site): Node | undefined {
  const [x, target] = node.inputs as [string, string];
  const output = node.outputs[0]!;
  const dims = g.dims(x);
  const axis = batchAxis(dims);
  const wanted = g.known(target);
  const result = fixed.types.get(output)!.dims;
  if (axis < 0 || !wanted || !isConcrete(wanted) || !isConcrete(result)) return undefined;
  const within = inner.has(x) ? dimOfOne(dims[axis]!) : 1;
  const before = multiplyDims([...dims.slice(0, axis), within]);
  const first = result.findIndex(
    (dim, i) => dim % batch === 0 && multiplyDims(result.slice(0, i)) === before,
  );
  // The tokens of all images in one matrix, [T,N,C] → [T·N,C]: what is last are features, which stay as many.
  const joins = first > 0 && first === result.length - 1;
  if (joins) inner.add(output);
  const place = joins ? first - 1 : first;
  const isOpen = wanted[place] === -1 || (wanted[place] === 0 && place === axis);
  return place < 0 || isOpen ? undefined : { ...node, inputs: [x, g.ints(result.with(place, -1))] };
}

/** What is computed from values in which the images change fastest is such a value, as long as it keeps the axis. */
function followInner(g: Builder, { op, inputs, outputs }: Node, inner: Set<string>): void {
  if (op === "Reshape") return;
  const joined = inputs
    .filter((input) => inner.has(input))
    .map((input) => g.dims(input)[batchAxis(g.dims(input))]!);
  for (const output of outputs)
    if (output && joined.some((dim) => g.dims(output).includes(dim))) inner.add(output);
}

/** 1 in the target shape where the data has the batch: Expand leaves that size alone. */
function openExpand(g: Builder, node: Node): Node | undefined {
  const [x, target] = node.inputs as [string, string];
  const dims = g.dims(x);
  const axis = batchAxis(dims);
  const wanted = g.known(target);
  if (axis < 0 || !wanted || !isConcrete(wanted)) return undefined;
  const place = axis - dims.length + wanted.length;
  if (place < 0 || wanted[place] === 1) return undefined;
  return { ...node, inputs: [x, g.ints(wanted.with(place, 1))] };
}

/** What is joined to values with a batch, and has 1 there, is repeated for each image. */
function openConcat(g: Builder, node: Node): Node | undefined {
  const lead = node.inputs.find((input) => batchAxis(g.dims(input)) >= 0);
  if (!lead) return undefined;
  const axis = batchAxis(g.dims(lead));
  const rank = g.dims(lead).length;
  if (axis === ((node.attributes["axis"] as number) + rank) % rank) return undefined;
  return repeated(g, node, lead, axis);
}

/** Positions that are the same for every image are repeated for each. */
function openGridSample(g: Builder, node: Node): Node | undefined {
  const [x] = node.inputs as [string];
  return batchAxis(g.dims(x)) === 0 ? repeated(g, node, x, 0) : undefined;
}

/** The node with every input that has 1 along `axis` repeated for each image of `lead`. */
function repeated(g: Builder, node: Node, lead: string, axis: number): Node | undefined {
  const rank = g.dims(lead).length;
  const isSingle = (input: string) => g.dims(input)[axis] === 1;
  if (!node.inputs.some(isSingle)) return undefined;
  const size = g.op("Slice", [g.op("Shape", [lead]), g.ints([axis]), g.ints([axis + 1])]);
  const ones = (count: number) => (count > 0 ? [g.ints(new Array<number>(count).fill(1))] : []);
  const target = g.op("Concat", [...ones(axis), size, ...ones(rank - 1 - axis)], { axis: 0 });
  const repeat = (input: string) => (isSingle(input) ? g.op("Expand", [input, target]) : input);
  return { ...node, inputs: node.inputs.map(repeat) };
}

/** Sizes for every axis but the batch, which keeps its own. */
function openResize(g: Builder, node: Node, { batch }: Site): Node | undefined {
  const [x, roi = "", scales = "", sizes = ""] = node.inputs as [string, ...string[]];
  const place = batchAxis(g.dims(x));
  const wanted = g.known(sizes);
  const { axes, keep_aspect_ratio_policy: policy = "stretch" } = node.attributes;
  if (place < 0 || axes || policy !== "stretch" || wanted?.[place] !== batch) return undefined;
  const rest = g.dims(x).flatMap((_, axis) => (axis === place ? [] : [axis]));
  const rows = rest.length + 1;
  const parts = g.known(roi)?.length ? [...rest, ...rest.map((axis) => axis + rows)] : undefined;
  const inputs = [
    x,
    parts ? g.op("Gather", [roi, g.ints(parts)]) : roi,
    scales,
    g.op("Gather", [sizes, g.ints(rest)]),
  ];
  return { ...node, inputs, attributes: { ...node.attributes, axes: rest } };
}

function batchAxis(dims: readonly Dim[]): number {
  return dims.findIndex((dim) => dimNames(dim).includes(batchName));
}
