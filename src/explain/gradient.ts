import { GraphError, SightlineError } from "./error";
import type { Builder } from "./graph/builder";
import type { Node } from "./graph/graph";
import { printDims } from "./graph/dim";
import { nodesBetween } from "./graph/path";
import { operators } from "./op/index";
import type { Backward, Rules, Step } from "./op/op";

export interface GradientRequest {
  /** The value to differentiate. */
  readonly of: string;
  /** The values to differentiate by. */
  readonly wrt: readonly string[];
  /** The cotangent of `of`: its shape, with an axis of `classes` in front when that is more than 1. */
  readonly seed: string;
  readonly classes?: number;
  readonly rules?: Rules;
}

/**
 * Reverse-mode differentiation from graph to graph: adds the nodes of Σ seed·∂of/∂wrt to `g` and returns their names, one per
 * `wrt`; `undefined` where `of` does not depend on it. Only nodes on a path from `wrt` to `of` are visited.
 *
 * Throws `SightlineError("unsupportedOp")` for an operator on the path that has no rule.
 */
export function gradient(g: Builder, request: GradientRequest): (string | undefined)[] {
  const { of, wrt, seed, classes = 1, rules = () => undefined } = request;
  const path = nodesBetween(g.nodes, wrt, of);
  const cotangents = new Map<string, string>([[of, seed]]);
  const outer = g.classes;
  g.classes = classes;
  try {
    expectDims(g, of, seed, "seed");
    const wanted = new Set([...wrt, ...path.flatMap((node) => node.outputs)]);
    for (const node of path.reverse()) propagate(g, node, cotangents, wanted, rules);
  } finally {
    g.classes = outer;
  }
  return wrt.map((value) => cotangents.get(value));
}

function propagate(
  g: Builder,
  node: Node,
  cotangents: Map<string, string>,
  wanted: ReadonlySet<string>,
  rules: Rules,
): void {
  const dys = node.outputs.map((output) => cotangents.get(output));
  if (dys.every((dy) => dy === undefined)) return;
  const { inputs, vjp } = rules(node) ?? ownStep(node);
  const thunks = vjp(g, backward(node, inputs, dys));
  inputs.forEach((input, i) => {
    const thunk = thunks[i];
    if (!input || !thunk || !wanted.has(input)) return;
    const dx = unbroadcast(g, thunk(), input);
    expectDims(g, input, dx, `gradient of ${node.op}`);
    const sum = cotangents.get(input);
    cotangents.set(input, sum ? g.op("Add", [sum, dx]) : dx);
  });
}

function ownStep({ op, name, inputs }: Node): Step {
  const vjp = operators.get(op)?.vjp;
  if (vjp) return { inputs, vjp };
  const message = `Operator ${op} (node “${name}”) has no gradient; choose a layer behind it.`;
  throw new SightlineError("unsupportedOp", message, { op, node: name });
}

function backward(
  node: Node,
  inputs: readonly string[],
  dys: readonly (string | undefined)[],
): Backward {
  return {
    ...{ node, inputs, outputs: node.outputs, dys },
    get dy() {
      if (dys[0] !== undefined) return dys[0];
      throw new GraphError(node.name, "has no gradient at its first output");
    },
  };
}

/** The one place where broadcasting is undone: sums `dx` over every axis along which `input` was repeated. */
function unbroadcast(g: Builder, dx: string, input: string): string {
  const want = g.dims(input);
  const lead = g.classes === 1 ? 0 : 1;
  const have = g.dims(dx).slice(lead);
  const extra = have.length - want.length;
  const axes = have.flatMap((dim, i) =>
    i < extra || (want[i - extra] === 1 && dim !== 1) ? [i + lead] : [],
  );
  if (axes.length === 0) return dx;
  const summed = g.op("ReduceSum", [dx, g.ints(axes)], { keepdims: 1 });
  return g.reshape(summed, g.cotangentDims(input));
}

function expectDims(g: Builder, value: string, cotangent: string, what: string): void {
  const want = printDims(g.cotangentDims(value));
  const have = printDims(g.dims(cotangent));
  if (have === want) return;
  throw new GraphError(value, `the ${what} has shape ${have} where ${want} was expected`);
}
