import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import { producers, type Dim, type Graph } from "../graph/graph";
import type { DType } from "../tensor";
import type { ClassScore } from "./model";
import { findTail } from "./tail";

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

/**
 * Finds the classification output (`wanted`, or the first one shaped [N,K] or [N,K,1,1], or else one that has K scores in another shape) and the
 * value before its trailing softmax, log-softmax or sigmoid. Throws `SightlineError("input")` when there is none.
 */
export function findScore(graph: Graph, file: string, wanted?: string): ClassScore {
  const { name: output, reason, classes } = chooseOutput(graph, file, wanted);
  const tail = findTail(graph, producers(graph), output, classes);
  return { output, reason, logit: tail?.logit ?? output, tail: tail?.kind ?? "none", classes };
}

const indices: ReadonlySet<DType> = new Set(["int64", "int32", "bool"]);

interface Choice {
  readonly name: string;
  readonly reason: string;
  readonly classes: number;
}

function chooseOutput(graph: Graph, file: string, wanted: string | undefined): Choice {
  const dimsOf = (name: string) => graph.types.get(name)!.dims;
  const shapes = graph.outputs.map((name) => `${name} ${printDims(dimsOf(name))}`).join(", ");
  // Labels and ranks are numbers of another kind.
  const scores = graph.outputs.filter((name) => !indices.has(graph.types.get(name)!.type));
  const fail = (problem: string) => new SightlineError("input", `${file}: ${problem}`, { file });
  if (wanted !== undefined) {
    if (!graph.outputs.includes(wanted)) {
      throw fail(`there is no output “${wanted}”; the outputs are ${shapes}.`);
    }
    const classes = classCount(dimsOf(wanted)) ?? unusualClassCount(dimsOf(wanted));
    if (classes === undefined) {
      throw fail(`output “${wanted}” is not shaped [N,K] or [N,K,1,1]; the outputs are ${shapes}.`);
    }
    return { name: wanted, reason: `output “${wanted}” was asked for`, classes };
  }
  const only = graph.outputs.length === 1;
  for (const count of [classCount, unusualClassCount]) {
    const name = scores.find((output) => count(dimsOf(output)) !== undefined);
    if (name === undefined) continue;
    const shape = count === classCount ? "[N,K]" : printDims(dimsOf(name));
    const reason = only ? "the only output" : `the first output shaped ${shape} of ${shapes}`;
    return { name, reason, classes: count(dimsOf(name))! };
  }
  throw fail(
    `no output is shaped [N,K] or [N,K,1,1] as a classifier's is (the outputs are ${shapes}); ` +
      "export the classification head.",
  );
}
