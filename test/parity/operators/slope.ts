import { describeError } from "../../../src/explain/error";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph } from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { dtypes, type Tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";
import { difference } from "./compare";
import { checkSlope, inPrecision, type Claim } from "./finite";

/** Single precision in two orders of summation. */
const tolerance = { rtol: 1e-3, atol: 1e-4 };

/** Operators that are constant almost everywhere, and get the gradient of what they stand for. */
const straightThrough = ["DynamicQuantizeLinear", "QuantizeLinear"];

type Run = (graph: Graph, values: Tensors) => Promise<Tensors>;

/**
 * Builds the gradient of the first output by all float inputs, and the gradient of that; compares what `eval` and `run` make of both, and
 * each with finite differences: `""` when they agree, else what is wrong. `undefined` when there is nothing to differentiate: no floats,
 * or none in a tensor.
 */
export async function gradientOf(
  graph: Graph,
  values: Tensors,
  run: Run,
): Promise<string | undefined> {
  const isFloat = (name: string) => dtypes[graph.types.get(name)!.type].float;
  const isFull = (name: string) => values[name]!.data.length > 0;
  const of = graph.outputs[0]!;
  const wrt = graph.inputs.map(({ name }) => name).filter(isFloat);
  if (graph.parameters.has(of) || !isFloat(of) || wrt.length === 0) return undefined;
  if (![of, ...wrt].every(isFull)) return undefined;
  let order = "";
  try {
    const slopes = new Slopes(graph, values);
    const first = slopes.differentiate([[of, values[of]!]], wrt);
    const known = first.by.flatMap(([input, slope]) => (slope ? [[slope, values[input]!]] : []));
    if (known.length === 0) return undefined;
    const wrong = await slopes.check(first, run);
    if (wrong) return wrong;
    order = "the gradient's gradient: ";
    const weights = first.of.map(([, weight]) => weight);
    const second = slopes.differentiate(known as [string, Tensor][], [...wrt, ...weights]);
    const wrongAgain = await slopes.check(second, run);
    return wrongAgain ? order + wrongAgain : "";
  } catch (cause) {
    return order + describeError(cause).split("\n")[0]!;
  }
}

/** A graph that is extended by gradients, and numbers for its inputs. */
class Slopes {
  private readonly g: Builder;
  private readonly values: Record<string, Tensor>;

  constructor(
    private readonly graph: Graph,
    values: Tensors,
  ) {
    this.g = Builder.extend(graph);
    this.values = { ...values };
  }

  /** Adds the gradient of the values' sum, each weighted by a new input, by the given inputs. The tensors are the values' sizes. */
  differentiate(values: readonly [name: string, like: Tensor][], wrt: readonly string[]): Claim {
    const { g } = this;
    const of = values.map(([value, { dims }]) => {
      const number = Object.keys(this.values).length;
      const weight = g.input(`weight ${number} of ${value}`, g.type(value), g.dims(value));
      this.values[weight] = normal(dims, number);
      return [value, weight] as const;
    });
    const by = of.flatMap(([value, seed]) => {
      const slopes = gradient(g, { of: value, wrt, seed });
      return wrt.map((input, i) => [input, slopes[i]] as const);
    });
    return { of, by };
  }

  /** What is wrong with a gradient, if anything. */
  async check(claim: Claim, run: Run): Promise<string | undefined> {
    const slopes = claim.by.flatMap(([, slope]) => slope ?? []);
    const graph = this.g.finish([...new Set(slopes)]);
    const feeds = Object.fromEntries(graph.inputs.map(({ name }) => [name, this.values[name]!]));
    const single = inPrecision("float32", feeds);
    const wrong = difference(await run(graph, single), evaluate(graph, single), tolerance);
    if (wrong) return `eval and onnxruntime: ${wrong}`;
    if (this.graph.nodes.some(({ op }) => straightThrough.includes(op))) return undefined;
    const values = claim.of.map(([value]) => value);
    return checkSlope({ ...graph, outputs: [...new Set([...values, ...slopes])] }, claim, feeds);
  }
}
