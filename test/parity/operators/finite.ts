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

/** A derivative that a graph claims to compute. */
export interface Claim {
  /** Differentiated is the sum of these values, each times its weight: names of values and inputs. */
  readonly of: readonly (readonly [value: string, weight: string])[];
  /** By these inputs: each with the value that says the derivative; `undefined` = 0; several for one input are summed. */
  readonly by: readonly (readonly [input: string, derivative: string | undefined])[];
}

/** How far the inputs are moved away from the kinks that a case's numbers may lie at, and then to both sides. */
const moved = 1e-2;
const step = 1e-6;
const tolerance = 1e-4;

/**
 * What differs between what the graph claims and the slope along a random direction of all inputs, by `eval` in double precision;
 * `undefined` when nothing does. Nothing does where the slope is no number: at an infinity, or beyond what the operator is defined for.
 */
export function checkSlope(graph: Graph, { of, by }: Claim, values: Tensors): string | undefined {
  const exact = inDoublePrecision(graph);
  const parameters = inPrecision("float64", inlineParameters(graph));
  const feeds = inPrecision("float64", values);
  const wrt = [...new Set(by.map(([input]) => input))];
  const directions = new Map(wrt.map((name, i) => [name, normal(feeds[name]!.dims, 100 + i)]));
  const at = (far: number): Tensors => {
    const shifted = wrt.map((name, i) => [
      name,
      shift(feeds[name]!, directions.get(name)!, i, far),
    ]);
    const all = { ...feeds, ...(Object.fromEntries(shifted) as Tensors) };
    return { ...all, ...evaluate(exact, all, parameters) };
  };
  const value = (far: number) => {
    const found = at(far);
    return sum(of.map(([name, weight]) => dot(found[name]!, found[weight]!)));
  };
  const numeric = (value(step) - value(-step)) / (2 * step);
  const found = at(0);
  const ours = sum(
    by.map(([input, name]) => (name ? dot(found[name]!, directions.get(input)!) : 0)),
  );
  const allowed = tolerance * Math.max(1, Math.abs(numeric));
  if (!Number.isFinite(numeric) || Math.abs(ours - numeric) <= allowed) return undefined;
  return `the slope is ${numeric.toPrecision(6)}, the gradient says ${ours.toPrecision(6)}`;
}

/** The tensors with their floats in one type. */
export function inPrecision(type: DType, values: Tensors): Tensors {
  const convert = (value: Tensor) => (dtypes[value.type].float ? castTo(value, type) : value);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
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

function inlineParameters({ parameters }: Graph): Tensors {
  const all = [...parameters].map(([name, parameter]) => [name, inlineTensor(parameter)] as const);
  return Object.fromEntries(all.filter((entry): entry is [string, Tensor] => !!entry[1]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(a: Tensor, b: Tensor): number {
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += a.data[i]! * b.data[i]!;
  return total;
}
