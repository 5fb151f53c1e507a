import { describeError } from "../../../src/explain/error";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import {
  inlineTensor,
  type Attributes,
  type AttributeValue,
  type Graph,
} from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { castTo, dtypes, type DType, type Tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";
import { difference } from "./compare";

/** Single precision in two orders of summation. */
const tolerance = { rtol: 1e-3, atol: 1e-4 };

/** Operators that are constant almost everywhere, and get the gradient of what they stand for. */
const straightThrough = ["DynamicQuantizeLinear", "QuantizeLinear"];

/**
 * Builds the gradient of the first output by all float inputs, compares what `eval` and `run` make of it, and `eval`'s with the slope
 * along one direction: `""` when they agree, else what is wrong; `undefined` when there is nothing to differentiate: no floats, or none in
 * a tensor.
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
    const slopes = gradient(g, { of, wrt, seed });
    const present = slopes.filter((slope) => slope !== undefined);
    if (present.length === 0) return undefined;
    const extended = g.finish([...new Set(present)]);
    const all = { ...values, [seed]: normal(values[of]!.dims, 7) };
    const feeds = inPrecision("float32", pick(extended, all));
    const wrong = difference(await run(extended, feeds), evaluate(extended, feeds), tolerance);
    if (wrong) return `eval and onnxruntime: ${wrong}`;
    if (graph.nodes.some(({ op }) => straightThrough.includes(op))) return "";
    return alongOneDirection(extended, of, wrt, slopes, all) ?? "";
  } catch (cause) {
    return describeError(cause).split("\n")[0]!;
  }
}

/** How far the inputs are moved away from the kinks that a case's numbers may lie at, and then to both sides. */
const moved = 1e-2;
const step = 1e-6;
const slopeTolerance = 1e-4;

/**
 * What differs between the gradient and the slope of `seed·of` along a random direction of all inputs, in double precision. Nothing does
 * where the slope is no number: at an infinity, or beyond what the operator is defined for.
 */
function alongOneDirection(
  graph: Graph,
  of: string,
  wrt: readonly string[],
  slopes: readonly (string | undefined)[],
  values: Tensors,
): string | undefined {
  const exact = inDoublePrecision(graph);
  const parameters = inPrecision("float64", inlineParameters(graph));
  const feeds = inPrecision("float64", pick(graph, values));
  const directions = wrt.map((name, i) => normal(feeds[name]!.dims, 100 + i));
  const at = (far: number): Tensors => {
    const shifted = wrt.map((name, i) => [name, shift(feeds[name]!, directions[i]!, i, far)]);
    return { ...feeds, ...Object.fromEntries(shifted) };
  };
  const value = (far: number) => {
    const { [of]: y } = evaluate({ ...exact, outputs: [of] }, at(far), parameters);
    return dot(feeds["sightline/seed"]!, y!);
  };
  const numeric = (value(step) - value(-step)) / (2 * step);
  const found = evaluate(exact, at(0), parameters);
  const parts = slopes.map((slope, i) => (slope ? dot(found[slope]!, directions[i]!) : 0));
  const ours = parts.reduce((sum, part) => sum + part, 0);
  const allowed = slopeTolerance * Math.max(1, Math.abs(numeric));
  if (!Number.isFinite(numeric) || Math.abs(ours - numeric) <= allowed) return undefined;
  return `the slope is ${numeric.toPrecision(6)}, the gradient says ${ours.toPrecision(6)}`;
}

/** The numbers of input `i`, away from kinks, and so far along the direction. */
function shift(value: Tensor, direction: Tensor, i: number, far: number): Tensor {
  const noise = normal(value.dims, 200 + i).data;
  const data = value.data.map((x, j) => {
    const away = moved * (Math.abs(x) || 1) * noise[j]!;
    return x + away + far * direction.data[j]!;
  });
  return { ...value, data };
}

/** The graph with every float32 in an attribute as float64; for `evaluate` alone, which does not look at types. */
function inDoublePrecision(graph: Graph): Graph {
  const convert = (value: AttributeValue): AttributeValue => {
    if (value === "float32") return "float64";
    const isTensor = typeof value === "object" && "data" in value;
    return isTensor && value.type === "float32" ? castTo(value, "float64") : value;
  };
  const nodes = graph.nodes.map((node) => {
    const attributes = Object.entries(node.attributes);
    const converted = attributes.map(([name, value]) => [name, convert(value)]);
    return { ...node, attributes: Object.fromEntries(converted) as Attributes };
  });
  return { ...graph, nodes };
}

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

function pick({ inputs }: Graph, values: Tensors): Tensors {
  return Object.fromEntries(inputs.map(({ name }) => [name, values[name]!]));
}

function inlineParameters({ parameters }: Graph): Tensors {
  const all = [...parameters].map(([name, parameter]) => [name, inlineTensor(parameter)] as const);
  return Object.fromEntries(all.filter((entry): entry is [string, Tensor] => !!entry[1]));
}

/** The tensors with their floats in one type. */
function inPrecision(type: DType, values: Tensors): Tensors {
  const convert = (value: Tensor) => (dtypes[value.type].float ? castTo(value, type) : value);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}
