import { gradient } from "../gradient";
import type { Builder } from "../graph/builder";
import { consumers, producers, type Graph, type Node } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import type { Stage, Work } from "../method/work";
import { trunkOf } from "../model/trunk";
import { dtypes, tensor } from "../tensor";

/** Where a map comes to nothing, or to what is no number. */
export type Cause =
  /** The first node whose result is not all numbers; `undefined` = the image itself. */
  | { readonly kind: "notNumbers"; readonly node: Node | undefined }
  /** The forward pass is sound; going back, the gradient is a number up to `value`'s readers, and none at `value`. */
  | {
      readonly kind: "gradientNotNumbers";
      readonly value: string;
      readonly readers: readonly Node[];
    }
  /** Between two values that every way goes through, the gradient becomes 0; `above` absent = the score itself has none. */
  | {
      readonly kind: "vanishes";
      readonly above?: string;
      readonly below: string;
      readonly ops: readonly string[];
    }
  /** The layer is 0 everywhere. */
  | { readonly kind: "dead" };

/**
 * Looks for the cause of a map that is zero or not all numbers, in one run of the network: the size (Σ|·|) of every value on the way from the image to the score,
 * and of the gradient of the first class's score at each of them back to where the method reads. `undefined` when neither tells.
 *
 * @param readsAt the layer; empty for the image.
 */
export async function findCause(work: Work, readsAt: string): Promise<Cause | undefined> {
  const { graph, anatomy } = work.subject;
  const { logit } = anatomy.score;
  const image = anatomy.input.name;
  const there = wayOf(graph, image, logit);
  const back = wayOf(graph, readsAt === "" ? image : readsAt, logit);
  const { forward, backward } = await work.run(measuring(there.values, back.values));
  const trunk = trunkOf(graph, image, logit);
  return (
    firstNotNumbers(there, forward!.data) ??
    gradientNotNumbers(back, graph, backward!.data) ??
    vanishing(back, trunk, backward!.data) ??
    deadLayer(there, forward!.data, readsAt)
  );
}

/** The float values between image and score in the order in which they are made, the image first. */
interface Way {
  readonly values: readonly string[];
  readonly nodes: readonly Node[];
}

function wayOf(graph: Graph, from: string, to: string): Way {
  const nodes = nodesBetween(graph.nodes, [from], to);
  const isFloat = (name: string) => name !== "" && dtypes[graph.types.get(name)!.type].float;
  return { nodes, values: [from, ...nodes.flatMap(({ outputs }) => outputs).filter(isFloat)] };
}

type Sizes = ArrayLike<number>;

function measuring(there: readonly string[], back: readonly string[]): Stage {
  return {
    id: `diagnosis of ${back[0]}`,
    plan(g, { score, seed }) {
      const cotangents = gradient(g, { of: score, wrt: back, seed });
      const none = g.constant(tensor(g.type(score), [0]));
      const sizes = (names: readonly (string | undefined)[]) => {
        const all = names.map((name) => (name === undefined ? none : sizeOf(g, name)));
        return g.op("Concat", all, { axis: 0 });
      };
      return { forward: sizes(there), backward: sizes(cotangents) };
    },
  };
}

/** Σ|·|, [1]: no number where any of them is none. */
function sizeOf(g: Builder, name: string): string {
  const flat = g.op("Reshape", [g.op("Abs", [name]), g.ints([-1])]);
  return g.op("ReduceSum", [flat, g.ints([0])], { keepdims: 1 });
}

function firstNotNumbers({ values, nodes }: Way, sizes: Sizes): Cause | undefined {
  const at = values.findIndex((_, i) => !Number.isFinite(sizes[i]));
  if (at < 0) return undefined;
  return { kind: "notNumbers", node: nodes.find(({ outputs }) => outputs.includes(values[at]!)) };
}

function gradientNotNumbers({ values }: Way, graph: Graph, sizes: Sizes): Cause | undefined {
  const at = values.findLastIndex((_, i) => !Number.isFinite(sizes[i]));
  if (at < 0) return undefined;
  const value = values[at]!;
  return { kind: "gradientNotNumbers", value, readers: consumers(graph).get(value) ?? [] };
}

function vanishing(
  { values, nodes }: Way,
  trunk: ReadonlySet<string>,
  sizes: Sizes,
): Cause | undefined {
  if (sizes[0] !== 0) return undefined;
  const stations = [...values.keys()].filter((i) => i === 0 || trunk.has(values[i]!));
  const zero = stations.findLast((i) => sizes[i] === 0)!;
  const above = stations.find((i) => i > zero);
  if (above === undefined) return { kind: "vanishes", below: values[zero]!, ops: [] };
  const makers = producers({ nodes });
  const placeOf = (i: number) => nodes.indexOf(makers.get(values[i]!)!);
  const between = nodes.slice(placeOf(zero) + 1, placeOf(above) + 1);
  const ops = [...new Set(between.map(({ op }) => op))];
  return { kind: "vanishes", above: values[above]!, below: values[zero]!, ops };
}

function deadLayer({ values }: Way, sizes: Sizes, readsAt: string): Cause | undefined {
  return readsAt !== "" && sizes[values.indexOf(readsAt)] === 0 ? { kind: "dead" } : undefined;
}

/** A cause in one sentence. */
export function causeWords(cause: Cause): string {
  switch (cause.kind) {
    case "notNumbers":
      return cause.node
        ? `The first values that are not numbers are made by ${nameOf(cause.node)}.`
        : "The image that the network gets holds values that are not numbers.";
    case "gradientNotNumbers": {
      const readers = cause.readers.map(nameOf).join(", ");
      return `On the way back the gradient is first not a number at “${cause.value}”, behind ${readers}.`;
    }
    case "vanishes":
      return cause.above === undefined
        ? `The score has no gradient at “${cause.below}” itself: a probability may be saturated, so that the logit tells more.`
        : `The gradient vanishes between “${cause.above}” and “${cause.below}” (${cause.ops.join(", ")}): what lies there is off or saturated.`;
    case "dead":
      return "The layer's own values are 0 everywhere.";
  }
}

const nameOf = ({ op, name }: Node): string => `${op} “${name}”`;
