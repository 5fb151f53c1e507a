import { operators } from "../op/index";
import { dtypes, sizeOf, tensor, type Tensor } from "../tensor";
import type { Builder } from "./builder";
import { isConcrete } from "./dim";
import { exactJson } from "./exact";
import { inlineTensor, type Graph, type Node } from "./graph";
import { rewrite, type Replacements } from "./rewrite";
import { shortcut } from "./shortcut";

/** Constants beyond this size are left to the runtime: the simplified graph stays small. */
const maxFoldedBytes = 2 ** 20;

/**
 * Makes a graph smaller without changing what it computes: folds constants, removes operators that change nothing (`shortcut.ts`),
 * merges equal nodes, drops what no output needs. Runs between method and runtime only, so that names keep their meaning before.
 * The graph's outputs keep their names. Parameters that lie in files are not read.
 */
export function simplify(graph: Graph): Graph {
  let before: Graph;
  do {
    before = graph;
    graph = simplifyOnce(graph);
  } while (graph.nodes.length < before.nodes.length);
  return graph;
}

function simplifyOnce(graph: Graph): Graph {
  const constants = new Map<string, Tensor>();
  const makers = new Map<string, Node>();
  const seen = new Map<string, Node>();
  const fixed = new Set(graph.parameters.keys());
  return rewrite(graph, {
    parameter(g, name, parameter) {
      g.parameter(name, parameter);
      const value = inlineTensor(parameter);
      if (value && bytesOf(value) <= maxFoldedBytes) constants.set(name, value);
    },
    node(g, node) {
      const at = g.nodes.length;
      g.append(node);
      const complete = g.nodes[at]!;
      const replaced =
        fold(g, complete, constants) ??
        shortcut({ g, node: complete, makers, constants, fixed }) ??
        merge(complete, seen);
      for (const made of g.nodes.slice(at)) {
        const isFixed = made.inputs.every((input) => !input || fixed.has(input));
        for (const output of made.outputs) {
          makers.set(output, made);
          if (isFixed) fixed.add(output);
        }
      }
      return replaced;
    },
  });
}

/** Constants in place of what is known before running: shape arithmetic, and operators whose inputs are all constants. */
function fold(g: Builder, node: Node, constants: Map<string, Tensor>): Replacements {
  // Runtimes make one kernel on integers of this and what reads it.
  if (node.op === "DequantizeLinear") return undefined;
  const values = knownInts(g, node) ?? evaluated(g, node, constants);
  if (!values) return undefined;
  return new Map(
    values.flatMap((value, i) => {
      const output = node.outputs[i];
      if (!output || !value) return [];
      const name = g.constant(value);
      constants.set(name, value);
      return [[output, name]];
    }),
  );
}

function knownInts(g: Builder, { outputs }: Node): (Tensor | undefined)[] | undefined {
  const values = outputs.map((output) => {
    const ints = output ? g.known(output) : undefined;
    if (!ints || !isConcrete(ints)) return undefined;
    return tensor(g.type(output), ints, g.dims(output) as number[]);
  });
  return values.some((value) => value) ? values : undefined;
}

function evaluated(
  g: Builder,
  node: Node,
  constants: ReadonlyMap<string, Tensor>,
): Tensor[] | undefined {
  const inputs = node.inputs.map((input) => constants.get(input));
  if (node.inputs.some((input, i) => input && !inputs[i])) return undefined;
  const isSmall = node.outputs.filter(Boolean).every((output) => {
    const { type, dims } = g.valueType(output);
    return isConcrete(dims) && sizeOf(dims) * dtypes[type].bytes <= maxFoldedBytes;
  });
  return isSmall ? operators.get(node.op)!.eval(inputs, node) : undefined;
}

/** Common-subexpression elimination: backward rules make the same mask once for each operator that needs it. */
function merge(node: Node, seen: Map<string, Node>): Replacements {
  const attributes = Object.entries(node.attributes).sort();
  const key = exactJson([node.op, node.inputs, node.outputs.map(Boolean), attributes]);
  const twin = seen.get(key);
  if (!twin) {
    seen.set(key, node);
    return undefined;
  }
  return new Map(node.outputs.map((output, i) => [output, twin.outputs[i]!]));
}

function bytesOf(value: Tensor): number {
  return value.data.length * dtypes[value.type].bytes;
}
