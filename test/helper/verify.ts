import { GraphError } from "../../src/explain/error";
import { operators } from "../../src/explain/op/index";
import { dtypes, sizeOf } from "../../src/explain/tensor";
import { Builder } from "../../src/explain/graph/builder";
import { isConcrete, printDims } from "../../src/explain/graph/dim";
import type { Graph, Parameter, ValueType } from "../../src/explain/graph/graph";

/** One thing that is true of every graph; `check` throws `GraphError` naming the place where it is not. */
interface Invariant {
  readonly claim: string;
  check(graph: Graph): void;
}

const invariants: readonly Invariant[] = [
  {
    claim: "every value is made once",
    check: (graph) => once(values(graph), "is made twice"),
  },
  {
    claim: "every node has a name of its own",
    check: (graph) =>
      once(
        graph.nodes.map(({ name }) => name),
        "is the name of two nodes",
      ),
  },
  {
    claim: "what a node reads was made before it",
    check: (graph) => {
      const made = new Set([...graph.inputs.map(({ name }) => name), ...graph.parameters.keys()]);
      for (const node of graph.nodes) {
        const unknown = node.inputs.find((input) => input && !made.has(input));
        if (unknown)
          throw new GraphError(node.name, `reads “${unknown}”, which nothing before it makes`);
        node.outputs.forEach((output) => made.add(output));
      }
    },
  },
  {
    claim: "operators are known, with the attributes of their specification and no others",
    check: (graph) => {
      for (const node of graph.nodes) {
        const op = operators.get(node.op);
        if (!op) throw new GraphError(node.name, `has the unknown operator ${node.op}`);
        const allowed = op.attributes ?? {};
        const unknown = Object.keys(node.attributes).find((name) => !(name in allowed));
        if (unknown) throw new GraphError(node.name, `${node.op} has no attribute ${unknown}`);
        const missing = Object.keys(allowed).find(
          (name) => allowed[name] !== undefined && node.attributes[name] === undefined,
        );
        if (missing) throw new GraphError(node.name, `${node.op} lacks its attribute ${missing}`);
      }
    },
  },
  {
    claim: "parameters fill their shape",
    check: (graph) =>
      graph.parameters.forEach((parameter, name) => checkParameter(name, parameter)),
  },
  {
    claim: "types are what shape inference finds, and of every value",
    check: (graph) => {
      const inferred = Builder.extend(graph);
      for (const name of values(graph)) {
        expectType(name, graph.types.get(name), inferred.valueType(name));
      }
    },
  },
  {
    claim: "outputs are values of the graph, each named once",
    check: (graph) => {
      once(graph.outputs, "is listed twice as an output");
      const made = new Set(values(graph));
      const missing = graph.outputs.find((output) => !made.has(output));
      if (missing !== undefined) throw new GraphError(missing, "is an output that nothing makes");
    },
  },
];

/** Returns the graph if it keeps every invariant; throws `GraphError` naming the place otherwise. */
export function verify(graph: Graph): Graph {
  for (const { check } of invariants) check(graph);
  return graph;
}

/** The name of everything that has a value, in order. */
function values(graph: Graph): string[] {
  return [
    ...graph.inputs.map(({ name }) => name),
    ...graph.parameters.keys(),
    ...graph.nodes.flatMap((node) => node.outputs.filter(Boolean)),
  ];
}

function once(names: readonly string[], problem: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new GraphError(name, problem);
    seen.add(name);
  }
}

function checkParameter(name: string, { type, dims, data, location }: Parameter): void {
  if (!isConcrete(dims))
    throw new GraphError(name, `is a parameter of open shape ${printDims(dims)}`);
  const size = sizeOf(dims);
  if (data && !(data instanceof dtypes[type].array)) {
    throw new GraphError(name, `holds ${data.constructor.name} where ${type} is kept otherwise`);
  }
  const { bytes } = dtypes[type];
  const isFilled = data ? data.length === size : location.length === Math.ceil(size * bytes);
  if (!isFilled) {
    const have = data ? data.length : location.length / bytes;
    throw new GraphError(
      name,
      `has ${have} numbers where its shape ${printDims(dims)} needs ${size}`,
    );
  }
}

function expectType(name: string, have: ValueType | undefined, want: ValueType): void {
  const print = ({ type, dims }: ValueType) => `${type}${printDims(dims)}`;
  if (!have) throw new GraphError(name, "has no type");
  if (print(have) !== print(want)) {
    throw new GraphError(name, `has the type ${print(have)} where inference finds ${print(want)}`);
  }
}
