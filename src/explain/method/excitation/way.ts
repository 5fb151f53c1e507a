import { inlineTensor, producers, type Graph, type Node } from "../../graph/graph";
import { nodesBetween } from "../../graph/path";
import type { Anatomy } from "../../model/model";
import { unclipped } from "../../model/unclipped";

/** What the rules of excitation backprop know of the way from the image to the class scores. */
export interface Way {
  readonly graph: Graph;
  /** The image input. */
  readonly image: string;
  /** The class scores before any activation, in the model's own shape. */
  readonly score: string;
  /** The nodes between image and score, in order. */
  readonly nodes: readonly Node[];
  /** The values that the image has a part in. */
  readonly live: ReadonlySet<string>;
  maker(value: string): Node | undefined;
  /** The number that a constant of one element is. */
  number(value: string): number | undefined;
}

export function wayOf(graph: Graph, { input: { name }, score: { logit } }: Anatomy): Way {
  return wayBetween(graph, name, unclipped(graph.nodes, logit));
}

export function wayBetween(graph: Graph, image: string, score: string): Way {
  const nodes = nodesBetween(graph.nodes, [image], score);
  const makers = producers({ nodes });
  return {
    ...{ graph, image, score, nodes },
    live: new Set([image, ...makers.keys()]),
    maker: (value) => makers.get(value),
    number(value) {
      const data = inlineTensor(graph.parameters.get(value))?.data;
      return data?.length === 1 ? data[0] : undefined;
    },
  };
}

/** The inputs of a node that the image has a part in, by their index. */
export function liveInputs({ live }: Way, { inputs }: Pick<Node, "inputs">): number[] {
  return inputs.flatMap((input, i) => (live.has(input) ? [i] : []));
}

/** Whether no path from the image to the score goes round a value. */
export function isOnEveryPath({ nodes, image, score, maker }: Way, value: string): boolean {
  const around = nodes.filter((node) => node !== maker(value));
  return value === score || nodesBetween(around, [image], score).length === 0;
}
