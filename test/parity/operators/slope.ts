import { describeError } from "../../../src/explain/error";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph } from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { castTo, dtypes, type Tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";
import { difference } from "./compare";

/** Single precision in two orders of summation. */
const tolerance = { rtol: 1e-3, atol: 1e-4 };

/**
 * Builds the gradient of the first output by all float inputs, and compares what `eval` and `run` make of it: `""` when they agree,
 * else what is wrong; `undefined` when there is nothing to differentiate: no floats, or none in a tensor.
 */
export async function gradientOf(
  graph: Graph,
  values: Tensors,
  run: (graph: Graph, values: Tensors) => Promise<Tensors>,
): Promise<string | undefined> {
  const isFloat = (name: string) => dtypes[graph.types.get(name)!.type].float;
  const isFull = (name: string) => values[name]!.data.length > 0;
  const of = graph.outputs[0]!;
  const wrt = graph.inputs.map(({ name }) => name).filter(isFloat);
  if (graph.parameters.has(of) || !isFloat(of) || wrt.length === 0) return undefined;
  if (![of, ...wrt].every(isFull)) return undefined;
  try {
    const g = Builder.extend(graph);
    const seed = g.input("sightline/seed", g.type(of), g.dims(of));
    const slopes = gradient(g, { of, wrt, seed }).filter((slope) => slope !== undefined);
    if (slopes.length === 0) return undefined;
    const extended = g.finish([...new Set(slopes)]);
    const all = { ...values, [seed]: normal(values[of]!.dims, 7) };
    const feeds = single(extended.inputs.map(({ name }) => [name, all[name]!]));
    const reference = evaluate(extended, feeds);
    return difference(await run(extended, feeds), reference, tolerance) ?? "";
  } catch (cause) {
    return describeError(cause).split("\n")[0]!;
  }
}

/** Floats in single precision. */
function single(values: readonly (readonly [string, Tensor])[]): Tensors {
  const convert = (value: Tensor) => (dtypes[value.type].float ? castTo(value, "float32") : value);
  return Object.fromEntries(values.map(([name, value]) => [name, convert(value)]));
}
