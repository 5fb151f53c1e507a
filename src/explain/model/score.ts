import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import { producers, type Dim, type Graph, type Node } from "../graph/graph";
import type { ClassScore } from "./model";

/** Operators that only move or rename numbers: stepped over on the way from an output back to the logit. */
const passThrough = new Set([
  "Identity",
  "Reshape",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "Cast",
  "Dropout",
]);

const tails: Readonly<Record<string, ClassScore["tail"]>> = {
  Softmax: "softmax",
  LogSoftmax: "logSoftmax",
  Sigmoid: "sigmoid",
};

/** K of a classification output shaped [N,K] or [N,K,1,1]; `undefined` for any other shape. */
function classCount(dims: readonly Dim[]): number | undefined {
  const [, classes, ...rest] = dims;
  const flat = dims.length === 2 || (dims.length === 4 && rest.every((dim) => dim === 1));
  return flat && typeof classes === "number" ? classes : undefined;
}

/**
 * Finds the classification output (`wanted`, or the first one shaped [N,K] or [N,K,1,1]) and the value before its trailing Softmax,
 * LogSoftmax or Sigmoid. Throws `SightlineError("input")` when there is none.
 */
export function findScore(graph: Graph, file: string, wanted?: string): ClassScore {
  const output = chooseOutput(graph, file, wanted);
  const classes = classCount(graph.types.get(output.name)!.dims)!;
  const makers = producers(graph);
  const above = stepOver(output.name, makers);
  const tail = tails[makers.get(above)?.op ?? ""];
  const makerInput = makers.get(above)?.inputs[0];
  const logit = tail && makerInput ? makerInput : output.name;
  return { output: output.name, reason: output.reason, logit, tail: tail ?? "none", classes };
}

function chooseOutput(
  graph: Graph,
  file: string,
  wanted: string | undefined,
): { name: string; reason: string } {
  const shapes = graph.outputs
    .map((name) => `${name} ${printDims(graph.types.get(name)!.dims)}`)
    .join(", ");
  const fits = (name: string) => classCount(graph.types.get(name)!.dims) !== undefined;
  if (wanted !== undefined) {
    if (!graph.outputs.includes(wanted)) {
      throw new SightlineError(
        "input",
        `${file}: there is no output “${wanted}”; the outputs are ${shapes}.`,
        { file },
      );
    }
    if (!fits(wanted)) {
      throw new SightlineError(
        "input",
        `${file}: output “${wanted}” is not shaped [N,K] or [N,K,1,1]; the outputs are ${shapes}.`,
        { file },
      );
    }
    return { name: wanted, reason: `output “${wanted}” was asked for` };
  }
  const name = graph.outputs.find(fits);
  if (name === undefined) {
    throw new SightlineError(
      "input",
      `${file}: no output is shaped [N,K] or [N,K,1,1] as a classifier's is (the outputs are ${shapes}); ` +
        "export the classification head.",
      { file },
    );
  }
  const only = graph.outputs.length === 1;
  return { name, reason: only ? "the only output" : `the first output shaped [N,K] of ${shapes}` };
}

/** Follows operators that only move numbers back to the value they got. */
export function stepOver(value: string, makers: ReadonlyMap<string, Node>): string {
  let current = value;
  for (
    let maker = makers.get(current);
    maker && passThrough.has(maker.op);
    maker = makers.get(current)
  ) {
    current = maker.inputs[0]!;
  }
  return current;
}
