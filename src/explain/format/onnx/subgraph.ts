import type { AttributeProto, GraphProto, NodeProto } from "./proto";

/** The graphs that a node holds in its attributes: the branches of an If, the body of a Loop. */
export function innerGraphs(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g }) => (g ? [g] : []));
}

/** How many nodes and weights a graph has, those of graphs inside it included, and 1 for itself. */
export function sizeOfGraph({ node, initializer }: GraphProto): number {
  const inner = node.flatMap(innerGraphs).map(sizeOfGraph);
  return inner.reduce((a, b) => a + b, 1 + node.length + initializer.length);
}

/** The names that a graph gives to values itself, those of graphs inside it left out. */
export function definedNames(graph: GraphProto): Set<string> {
  const made = graph.node.flatMap(({ output }) => output);
  const given = [...graph.input, ...graph.initializer].map(({ name = "" }) => name);
  return new Set([...given, ...made]);
}

/** Everything that a node reads, also by the graphs inside it, which see the names around them. */
export function namesRead(node: NodeProto): string[] {
  return [
    ...node.input,
    ...innerGraphs(node).flatMap((graph) => {
      const own = definedNames(graph);
      const read = [...graph.node.flatMap(namesRead), ...graph.output.map(({ name = "" }) => name)];
      return read.filter((name) => !own.has(name));
    }),
  ];
}

/** A node with every name, in graphs inside it too, replaced; `change` rewrites the attributes of each node first. */
export function renamedNode(
  node: NodeProto,
  rename: (name: string) => string,
  change: (attribute: AttributeProto) => readonly AttributeProto[] = (attribute) => [attribute],
): NodeProto {
  return {
    ...node,
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute
      .flatMap(change)
      .map((attribute) =>
        attribute.g ? { ...attribute, g: renamedGraph(attribute.g, rename, change) } : attribute,
      ),
  };
}

export function renamedGraph(
  graph: GraphProto,
  rename: (name: string) => string,
  change?: (attribute: AttributeProto) => readonly AttributeProto[],
): GraphProto {
  const named = <T extends { name?: string }>(value: T): T => ({
    ...value,
    name: rename(value.name ?? ""),
  });
  return {
    ...graph,
    input: graph.input.map(named),
    output: graph.output.map(named),
    initializer: graph.initializer.map(named),
    node: graph.node.map((node) => renamedNode(node, rename, change)),
  };
}
