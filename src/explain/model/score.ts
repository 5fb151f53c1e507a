import { producers, type Graph } from "../graph/graph";
import type { ClassScore } from "./model";
import { chooseOutput } from "./output";
import { findTail } from "./tail";

/**
 * Finds the classification output (`wanted`, or the one that `chooseOutput` takes) and the value before its trailing softmax, log-softmax or
 * sigmoid. Throws `SightlineError("input")` when there is none.
 */
export function findScore(graph: Graph, file: string, wanted?: string): ClassScore {
  const makers = producers(graph);
  const { name: output, value, ...choice } = chooseOutput(graph, makers, file, wanted);
  const tail = findTail(graph, makers, value, choice.classes);
  return { ...choice, output, logit: tail?.logit ?? value, tail: tail?.kind ?? "none" };
}
