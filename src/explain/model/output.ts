import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import { producers, type Dim, type Graph } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import type { DType } from "../tensor";

/** The output that says the classes. */
export interface OutputChoice {
  readonly name: string;
  /** The scores of all classes: the output, or what its best ones are taken from. */
  readonly value: string;
  readonly reason: string;
  readonly classes: number;
  /** The outputs that could be it, in the file's order. */
  readonly candidates: readonly string[];
}

/**
 * Chooses the classification output: `wanted`, or the main one of those shaped [N,K] or [N,K,1,1] (else of those that have K scores in another shape), see
 * {@link preferred}. Of the best few scores (TopK), the scores of all classes count. Throws `SightlineError("input")` when there is none.
 */
export function chooseOutput(graph: Graph, file: string, wanted?: string): OutputChoice {
  const shapes = graph.outputs.map((name) => `${name} ${shapeOf(graph, name)}`).join(", ");
  const fail = (problem: string) => new SightlineError("input", `${file}: ${problem}`, { file });
  if (wanted !== undefined) {
    if (!graph.outputs.includes(wanted)) {
      throw fail(`there is no output “${wanted}”; the outputs are ${shapes}.`);
    }
    const scores = scoresOf(graph, wanted, counts);
    if (!scores) {
      throw fail(`output “${wanted}” is not shaped [N,K] or [N,K,1,1]; the outputs are ${shapes}.`);
    }
    const reason = `output “${wanted}” was asked for`;
    return { name: wanted, ...scores, reason, candidates: candidatesOf(graph, counts) };
  }
  for (const count of counts) {
    const candidates = candidatesOf(graph, [count]);
    const name = preferred(graph, candidates);
    if (name === undefined) continue;
    const shape = count === classCount ? "[N,K]" : shapeOf(graph, name);
    const what = name === candidates[0] ? "the first" : "the likeliest";
    const reason =
      graph.outputs.length === 1
        ? "the only output"
        : `${what} output shaped ${shape} of ${shapes}`;
    return { name, ...scoresOf(graph, name, [count])!, reason, candidates };
  }
  throw fail(
    `no output is shaped [N,K] or [N,K,1,1] as a classifier's is (the outputs are ${shapes}); ` +
      "export the classification head.",
  );
}

/** Labels and ranks are numbers of another kind. */
const indices: ReadonlySet<DType> = new Set(["int64", "int32", "bool"]);

function candidatesOf(graph: Graph, shapes: readonly Count[]): string[] {
  return graph.outputs.filter(
    (name) => !indices.has(graph.types.get(name)!.type) && scoresOf(graph, name, shapes),
  );
}

/**
 * The main one of the candidates: of those that no other is made of and whose names do not call them something else than class scores, the first that ends in
 * an activation, or else the first; but an equally wide one that depends on much more of the network, as a main head does beside an auxiliary one.
 */
function preferred(graph: Graph, candidates: readonly string[]): string | undefined {
  const isMadeInto = (name: string) =>
    candidates.some((other) => other !== name && nodesBefore(graph, other, [name]) > 0);
  const last = candidates.filter((name) => !isMadeInto(name));
  const main = last.filter((name) => !elseNamed.test(name));
  const scores = main.length > 0 ? main : last;
  const [first] = scores.filter((name) => isProbability(graph, name)).concat(scores);
  const depth = (name: string) =>
    nodesBefore(
      graph,
      name,
      graph.inputs.map((input) => input.name),
    );
  const width = (name: string) => shapeOf(graph, name);
  return (
    scores.find((name) => width(name) === width(first!) && depth(name) > 1.2 * depth(first!)) ??
    first
  );
}

/** Names of outputs that are something else than a classifier's scores, or those of an auxiliary one. */
const elseNamed = /aux|embed|feat|pool|hidden|latent|project|repr/i;

const activations: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax", "Sigmoid"]);

function isProbability(graph: Graph, name: string): boolean {
  return activations.has(producers(graph).get(name)?.op ?? "");
}

/** How many nodes lie between `from` and a value. */
function nodesBefore(graph: Graph, value: string, from: readonly string[]): number {
  return nodesBetween(graph.nodes, from, value).length;
}

type Count = (dims: readonly Dim[]) => number | undefined;

function scoresOf(
  graph: Graph,
  name: string,
  counts: readonly Count[],
): Pick<OutputChoice, "value" | "classes"> | undefined {
  const value = rankedBy(graph, name) ?? name;
  for (const count of counts) {
    const classes = count(graph.types.get(value)!.dims);
    if (classes !== undefined) return { value, classes };
  }
  return undefined;
}

/** What the best are taken from, of an output that TopK makes. */
function rankedBy(graph: Graph, name: string): string | undefined {
  const maker = producers(graph).get(name);
  return maker?.op === "TopK" ? maker.inputs[0] : undefined;
}

function shapeOf(graph: Graph, name: string): string {
  return printDims(graph.types.get(name)!.dims);
}

/** K of a classification output shaped [N,K] or [N,K,1,1]; `undefined` for any other shape. */
function classCount(dims: readonly Dim[]): number | undefined {
  const [, classes, ...rest] = dims;
  const flat = dims.length === 2 || (dims.length === 4 && rest.every((dim) => dim === 1));
  return flat && typeof classes === "number" ? classes : undefined;
}

/** K of an output with more sizes of 1 than the usual ones, such as [N,1,1,K], or without a batch: [K]. */
function unusualClassCount(dims: readonly Dim[]): number | undefined {
  if (dims.length === 0) return undefined;
  const [first, ...others] = dims;
  const sizes = (dims.length === 1 ? [first!] : others).filter((dim) => dim !== 1);
  if (dims.length === 1 && typeof first === "string") return 1;
  const [classes = 1] = sizes;
  return sizes.length <= 1 && typeof classes === "number" ? classes : undefined;
}

const counts: readonly Count[] = [classCount, unusualClassCount];
