import { Builder } from "../../graph/builder";
import { isConcrete } from "../../graph/dim";
import type { Graph, Node } from "../../graph/graph";
import { nodesBetween } from "../../graph/path";
import type { Flow } from "./flow";
import { hasPlaces, whole, type Layout } from "./layout";
import { counting, rules } from "./rules";

/** What the axes of a graph's values stand for, and how they come from each other. */
export interface Layouts {
  /** Values that no image has a part in, and those that could not be followed, are absent. */
  of(value: string): Layout | undefined;
  /**
   * Which elements of a value the score depends on: all, only the tokens beside a grid (what is left of it behind the last attention), or
   * none.
   */
  reach(value: string): Reach;
  /** Whether a node had rows and columns to read, and what it makes of them cannot be followed. */
  loses(node: Node): boolean;
}

export type Reach = "all" | "tokens" | "none";

/**
 * Follows batch, channels, rows and columns from the image through the graph: through transposes, patches, windows and tokens. Nothing else
 * in Sightline assumes a layout.
 *
 * @param score the value that is explained.
 */
export function followLayouts(
  graph: Graph,
  image: string,
  layout: "NCHW" | "NHWC",
  score: string,
): Layouts {
  const g = Builder.extend(graph);
  const kinds =
    layout === "NCHW"
      ? (["batch", "channel", "height", "width"] as const)
      : (["batch", "height", "width", "channel"] as const);
  const layouts = new Map<string, Layout>([
    [image, kinds.map((kind, i) => whole(kind, g.dims(image)[i]!))],
  ]);
  const flows = new Map<string, Flow>();
  const losing = new Set<string>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => layouts.has(input))) continue;
    node.outputs.forEach((name, output) => {
      if (isConstant(node, output)) return;
      const flow = name ? flowBehind(g, node, output, layouts) : undefined;
      if (name && losesPlaces(node, flow, layouts)) losing.add(node.name);
      if (!flow) return;
      flows.set(name, flow);
      layouts.set(
        name,
        flow.axes.map(({ axis }) => axis),
      );
    });
  }
  const path = nodesBetween(graph.nodes, [image], score);
  const reached = reachOf(path, flows, layouts, score);
  return {
    of: (value) => layouts.get(value),
    loses: ({ name }) => losing.has(name),
    reach(value) {
      const found = reached.get(value);
      return typeof found === "number" ? "tokens" : (found ?? "none");
    },
  };
}

function flowBehind(
  g: Builder,
  node: Node,
  output: number,
  layouts: ReadonlyMap<string, Layout>,
): Flow | undefined {
  return rules.get(node.op)?.({
    node,
    output,
    dims: g.dims(node.outputs[output]!),
    inputDims: (input) => g.dims(node.inputs[input]!),
    layout: (input) => layouts.get(node.inputs[input] ?? ""),
    ints: (input) => {
      const name = node.inputs[input] ?? "";
      const known = g.known(name) ?? (name ? g.tensor(name)?.data : undefined);
      return known && isConcrete([...known]) ? [...(known as Iterable<number>)] : undefined;
    },
  });
}

/** Whether the node reads rows or columns and makes something of them that has none that could be followed. */
function losesPlaces(
  { op, inputs }: Node,
  flow: Flow | undefined,
  layouts: ReadonlyMap<string, Layout>,
): boolean {
  return !flow && !counting.has(op) && inputs.some((input) => layouts.get(input)?.some(hasPlaces));
}

/** The scale and the zero point that dynamic quantization finds count as constants, as for gradients: else every place would reach them. */
function isConstant({ op }: Node, output: number): boolean {
  return op === "DynamicQuantizeLinear" && output > 0;
}

/** All of a value, or only the tokens without a place on the axis of that number. */
type Reached = "all" | number;

function reachOf(
  path: readonly Node[],
  flows: ReadonlyMap<string, Flow>,
  layouts: ReadonlyMap<string, Layout>,
  score: string,
): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>([[score, "all"]]);
  for (const node of path.toReversed()) {
    node.outputs.forEach((output, at) => {
      const reach = reached.get(output);
      if (isConstant(node, at) || reach === undefined) return;
      node.inputs.forEach((input, i) => {
        if (!input) return;
        const found = before(node, i, flows.get(output), layouts.get(input), reach);
        if (found === undefined) return;
        const known = reached.get(input);
        reached.set(input, known === undefined || known === found ? found : "all");
      });
    });
  }
  return reached;
}

/** What of an input is reached when `reach` of the output is; `undefined` = nothing. */
function before(
  node: Node,
  input: number,
  flow: Flow | undefined,
  layout: Layout | undefined,
  reach: Reached,
): Reached | undefined {
  if (!flow || !layout) return "all";
  if (reach === "all") return input === 0 ? (flow.tokensOnly ?? "all") : "all";
  const sources = flow.axes[reach]!.from.flatMap(([from, axis]) =>
    from === input && layout[axis]!.length > 0 ? [axis] : [],
  );
  // Tokens of all images in a row come from the batch too.
  const holders = sources.filter((axis) => layout[axis]!.some(({ kind }) => kind === "tokens"));
  const axis = holders[0] ?? sources[0];
  if (axis === undefined) return "all";
  if (holders.length > 0) return axis;
  // The grid of which a Concat makes a part of the tokens; the other parts are the tokens themselves.
  return node.op === "Concat" && hasPlaces(layout[axis]!) ? undefined : "all";
}
