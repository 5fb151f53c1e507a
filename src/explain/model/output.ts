import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import type { Dim, Graph } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import type { DType } from "../tensor";
import { activationOperators, type Makers } from "./activationForm";

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
export function chooseOutput(
  graph: Graph,
  makers: Makers,
  file: string,
  wanted?: string,
): OutputChoice {
  const shapes = graph.outputs.map((name) => `${name} ${shapeOf(graph, name)}`).join(", ");
  const fail = (problem: string) => new SightlineError("input", `${file}: ${problem}`, { file });
  const usual = scoresBy(graph, makers, classCount);
  const unusual = scoresBy(graph, makers, unusualClassCount);
  const known = graph.outputs.filter((name) => isCandidate(graph, name));
  if (wanted !== undefined) {
    if (!graph.outputs.includes(wanted)) {
      throw fail(`there is no output “${wanted}”; the outputs are ${shapes}.`);
    }
    const scores = usual(wanted) ?? unusual(wanted);
    if (!scores) {
      throw fail(`output “${wanted}” is not shaped [N,K] or [N,K,1,1]; the outputs are ${shapes}.`);
    }
    const candidates = known.filter((name) => usual(name) ?? unusual(name));
    return { name: wanted, ...scores, reason: `output “${wanted}” was asked for`, candidates };
  }
  for (const scoresOf of [usual, unusual]) {
    const candidates = known.filter(scoresOf);
    const name = preferred(graph, makers, candidates);
    if (name === undefined) continue;
    const shape = scoresOf === usual ? "[N,K]" : shapeOf(graph, name);
    const what = name === candidates[0] ? "the first" : "the likeliest";
    const reason =
      graph.outputs.length === 1
        ? "the only output"
        : `${what} output shaped ${shape} of ${shapes}`;
    return { name, ...scoresOf(name)!, reason, candidates };
  }
  throw fail(
    `no output is shaped [N,K] or [N,K,1,1] as a classifier's is (the outputs are ${shapes}); ` +
      "export the classification head.",
  );
}

/** Labels and ranks are numbers of another kind. */
const indices: ReadonlySet<DType> = new Set(["int64", "int32", "bool"]);

function isCandidate(graph: Graph, name: string): boolean {
  return !indices.has(graph.types.get(name)!.type);
}

/** The scores of an output, by the way that its shape says how many there are; of the best few (TopK) what they are taken from. */
function scoresBy(
  graph: Graph,
  makers: Makers,
  count: (dims: readonly Dim[]) => number | undefined,
) {
  return (name: string): Pick<OutputChoice, "value" | "classes"> | undefined => {
    const maker = makers.get(name);
    const value = maker?.op === "TopK" ? maker.inputs[0]! : name;
    const classes = count(graph.types.get(value)!.dims);
    return classes === undefined ? undefined : { value, classes };
  };
}

/**
 * The main one of the candidates: of those that no other is made of and whose names do not call them something else than class scores, the first that ends in
 * an activation, or else the first; but an equally wide one that depends on much more of the network, as a main head does beside an auxiliary one.
 */
function preferred(
  graph: Graph,
  makers: Makers,
  candidates: readonly string[],
): string | undefined {
  if (candidates.length < 2) return candidates[0];
  const nodesFrom = (from: readonly string[], to: string) =>
    nodesBetween(graph.nodes, from, to).length;
  const isMadeInto = (name: string) =>
    candidates.some((other) => other !== name && nodesFrom([name], other) > 0);
  const last = candidates.filter((name) => !isMadeInto(name));
  const main = last.filter((name) => !elseNamed.test(name));
  const scores = main.length > 0 ? main : last;
  const isProbability = (name: string) => (makers.get(name)?.op ?? "") in activationOperators;
  const first = scores.find(isProbability) ?? scores[0]!;
  const inputs = graph.inputs.map(({ name }) => name);
  const [width, depth] = [shapeOf(graph, first), nodesFrom(inputs, first)];
  const isDeeper = (name: string) =>
    shapeOf(graph, name) === width && nodesFrom(inputs, name) > 1.2 * depth;
  return scores.find(isDeeper) ?? first;
}

/** Names of outputs that are something else than a classifier's scores, or those of an auxiliary one. */
const elseNamed = /aux|embed|feat|pool|hidden|latent|project|repr/i;

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
