import { consumers, producers, type Graph, type Node } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import { constantNumber } from "./constant";
import { findRectifiers } from "./rectifier";

/** What the network does to its numbers one by one, on the way from the image to the score. */
export interface Activations {
  /** How many ReLUs there are, whatever their form. */
  readonly rectifiers: number;
  /** How many others, by the names that people use: “SiLU”. */
  readonly others: ReadonlyMap<string, number>;
}

export function activationsBetween(graph: Graph, image: string, score: string): Activations {
  const path = nodesBetween(graph.nodes, [image], score);
  const rectifiers = findRectifiers(graph);
  const search: Search = { graph, makers: producers(graph), readers: consumers(graph) };
  const others = new Map<string, number>();
  for (const node of path) {
    const kind = rectifiers.has(node.name) ? undefined : kinds[node.op]?.(search, node);
    if (kind) others.set(kind, (others.get(kind) ?? 0) + 1);
  }
  const merged = new Set(path.flatMap(({ name }) => rectifiers.get(name)?.input ?? []));
  return { rectifiers: merged.size, others };
}

interface Search {
  readonly graph: Graph;
  readonly makers: ReadonlyMap<string, Node>;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
}

type Kind = (search: Search, node: Node) => string | undefined;
const always =
  (name: string): Kind =>
  () =>
    name;

const kinds: Readonly<Record<string, Kind>> = {
  Elu: always("ELU"),
  Erf: always("GELU"),
  Gelu: always("GELU"),
  HardSigmoid: always("hard sigmoid"),
  HardSwish: always("hard swish"),
  LeakyRelu: always("leaky ReLU"),
  PRelu: always("PReLU"),
  Selu: always("SELU"),
  Sigmoid: sigmoid,
  Softplus: softplus,
  Tanh: tanh,
};

/** x · sigmoid(x), also with a factor before the sigmoid, is SiLU. */
function sigmoid({ makers, readers }: Search, { inputs, outputs }: Node): string {
  const [argument] = inputs as [string];
  const scaled = makers.get(argument);
  const origins = [argument, ...(scaled?.op === "Mul" ? scaled.inputs : [])];
  const isOwnGate = (readers.get(outputs[0]!) ?? []).some(
    (reader) => reader.op === "Mul" && reader.inputs.some((input) => origins.includes(input)),
  );
  return isOwnGate ? "SiLU" : "sigmoid";
}

/** The part of a Mish is counted where its tanh is. */
function softplus({ readers }: Search, { outputs }: Node): string | undefined {
  return readers.get(outputs[0]!)?.some(({ op }) => op === "Tanh") ? undefined : "softplus";
}

/** √(2/π), the factor in the tanh of an approximated GELU. */
const root = Math.sqrt(2 / Math.PI);

function tanh({ graph, makers }: Search, { inputs }: Node): string {
  const maker = makers.get(inputs[0]!);
  if (maker?.op === "Softplus") return "Mish";
  const factors = maker?.op === "Mul" ? maker.inputs : [];
  const isGelu = factors.some(
    (value) => Math.abs((constantNumber(graph, makers, value) ?? 0) - root) < 1e-3,
  );
  return isGelu ? "GELU" : "tanh";
}
