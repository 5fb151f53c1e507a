import type { Builder } from "../../graph/builder";
import { scalar } from "../../tensor";
import type { Refuse } from "./attribute";
import type { GraphProto, NodeProto } from "./proto";
import { definedNames, renamedGraph } from "./subgraph";

/** What a node with inner graphs needs of the reader that it is written out by. */
export interface Outer {
  readonly g: Builder;
  readonly refuse: Refuse;
  /** Adds the weights and nodes of a graph whose names are unique in the model. */
  inline(graph: GraphProto): Promise<void>;
}

type Control = (outer: Outer, node: NodeProto) => Promise<void>;

/** Operators that hold graphs, by how they are written out; what they do must be known before running. */
export const controls: ReadonlyMap<string, Control> = new Map<string, Control>([
  ["If", addIf],
  ["Loop", addLoop],
  ["Scan", refused],
  ["SequenceMap", refused],
]);

/** Longer loops are refused: each turn is written out. */
const mostTurns = 64;

const remedy =
  "export the model with a fixed input size or with constant folding, so that nothing is left to decide when it runs";

function refused({ refuse }: Outer): Promise<void> {
  throw refuse(
    "steps through a sequence, which is not supported",
    "export the model without recurrent parts",
  );
}

/** https://onnx.ai/onnx/operators/onnx__If.html: the branch that is taken, under the names of the node's outputs. */
async function addIf(outer: Outer, node: NodeProto): Promise<void> {
  const [condition = ""] = node.input;
  const branch = innerGraph(outer, node, isTrue(outer, condition) ? "then_branch" : "else_branch");
  const made = new Set(branch.node.flatMap(({ output }) => output));
  const names = new Map<string, string>();
  const results = branch.output.map(({ name = "" }, i) => ({ name, wanted: node.output[i] ?? "" }));
  // What the branch only hands on, or gives twice, keeps its name and is copied.
  const copied = results.filter(({ name, wanted }) => {
    if (!wanted || !made.has(name) || names.has(name)) return wanted !== "";
    names.set(name, wanted);
    return false;
  });
  const { graph, rename } = instance(branch, prefixOf(node), names);
  const copies = copied.map(({ name, wanted }) => copy(rename(name), wanted));
  await outer.inline({ ...graph, node: [...graph.node, ...copies] });
}

/** https://onnx.ai/onnx/operators/onnx__Loop.html: one copy of the body after the other. */
async function addLoop(outer: Outer, node: NodeProto): Promise<void> {
  const body = innerGraph(outer, node, "body");
  const [limit = "", first = "", ...initial] = node.input;
  const turns = limit ? outer.g.known(limit)?.[0] : Infinity;
  if (typeof turns !== "number") throw outer.refuse("runs a number of times that is open", remedy);
  const slices: string[][] = body.output.slice(1 + initial.length).map(() => []);
  let condition = first;
  let carried = initial;
  for (let turn = 0; turn < turns && goesOn(outer, condition); turn++) {
    if (turn === mostTurns) {
      throw outer.refuse(`runs more than ${mostTurns} times`, "export the model without loops");
    }
    const results = await addTurn(outer, node, body, turn, carried);
    condition = results[0]!;
    carried = results.slice(1, 1 + initial.length);
    slices.forEach((list, i) => list.push(results[1 + initial.length + i]!));
  }
  await outer.inline({ ...empty, node: collected(outer, node, carried, slices) });
}

/** Without a condition a loop goes on. */
function goesOn(outer: Outer, condition: string): boolean {
  return condition === "" || isTrue(outer, condition);
}

/** Adds the body once; returns the names of its results. */
async function addTurn(
  outer: Outer,
  node: NodeProto,
  body: GraphProto,
  turn: number,
  carried: readonly string[],
): Promise<string[]> {
  const prefix = `${prefixOf(node)}/${turn}`;
  const [counter, condition] = [`${prefix}/turn`, `${prefix}/goes on`];
  outer.g.parameter(counter, scalar("int64", turn));
  outer.g.parameter(condition, scalar("bool", 1));
  const given = [counter, condition, ...carried];
  const names = new Map(body.input.map(({ name = "" }, i) => [name, given[i] ?? ""]));
  const { graph } = instance(body, prefix, names);
  await outer.inline(graph);
  return graph.output.map(({ name = "" }) => name);
}

/** The loop's outputs: what was carried last, and what each turn gave, stacked. */
function collected(
  { refuse }: Outer,
  node: NodeProto,
  carried: readonly string[],
  slices: readonly (readonly string[])[],
): NodeProto[] {
  const copies = carried.map((name, i) => copy(name, node.output[i] ?? ""));
  const stacks = slices.flatMap((list, i): NodeProto[] => {
    const wanted = node.output[carried.length + i];
    if (!wanted) return [];
    if (list.length === 0) throw refuse("never runs, but gives what its turns would give", remedy);
    const sequence = `${wanted}/turns`;
    const axis = [
      { name: "axis", i: 0, floats: [], ints: [], strings: [] },
      { name: "new_axis", i: 1, floats: [], ints: [], strings: [] },
    ];
    return [
      { ...plain("SequenceConstruct", list, sequence) },
      { ...plain("ConcatFromSequence", [sequence], wanted), attribute: axis },
    ];
  });
  return [...copies.filter(({ output }) => output[0]), ...stacks];
}

const empty: GraphProto = {
  node: [],
  initializer: [],
  sparseInitializer: [],
  input: [],
  output: [],
};

function plain(opType: string, input: readonly string[], output: string): NodeProto {
  return { opType, input: [...input], output: [output], attribute: [] };
}

function copy(from: string, to: string): NodeProto {
  return plain("Identity", [from], to);
}

/** The graph with names of its own, behind `prefix`, for all but those that are given; the names around it stay. */
function instance(graph: GraphProto, prefix: string, given: ReadonlyMap<string, string>) {
  const own = definedNames(graph);
  own.delete("");
  const rename = (name: string) => given.get(name) ?? (own.has(name) ? `${prefix}/${name}` : name);
  const node = graph.node.map((inner) => ({
    ...inner,
    name: `${prefix}/${inner.name || inner.output[0]}`,
  }));
  return { graph: renamedGraph({ ...graph, node }, rename), rename };
}

/** Outputs have names of their own in every scope, nodes need not. */
function prefixOf(node: NodeProto): string {
  return node.output.find(Boolean) ?? node.name ?? "";
}

function innerGraph({ refuse }: Outer, node: NodeProto, name: string): GraphProto {
  const graph = node.attribute.find((attribute) => attribute.name === name)?.g;
  if (graph) return graph;
  throw refuse(`lacks its attribute ${name}`, "export the model again");
}

function isTrue(outer: Outer, condition: string): boolean {
  if (!condition) throw outer.refuse("has no condition", "export the model again");
  const value = outer.g.known(condition)?.[0];
  if (typeof value === "number") return value !== 0;
  throw outer.refuse(`has ${origin(outer, condition)}`, remedy);
}

/** Which value decides, and what makes it. */
function origin({ g }: Outer, condition: string): string {
  const maker = g.maker(condition);
  const what = maker ? `made by ${maker.op} “${maker.name}”` : "an input of the model";
  return `a condition, “${condition}” (${what}), that is not known before running`;
}
