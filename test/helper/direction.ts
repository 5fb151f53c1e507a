import { expect } from "vitest";
import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Attributes, Graph } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { tensor, type Tensor } from "../../src/explain/tensor";
import { normal } from "./random";

/**
 * Compares the gradient of every float output of a graph by all of its inputs, along one random direction, with the central difference
 * in double precision, for one cotangent and for two on a class axis: two runs forward and two back, however many inputs there are.
 * The feeds are float64, like the graph's inputs.
 */
export function checkDirection(graph: Graph, feeds: Tensors, tolerance = 1e-6, step = 1e-5): void {
  const way = Object.entries(feeds).map(([name, { dims }], i) => [name, normal(dims, 801 + i)]);
  const direction = Object.fromEntries(way) as Tensors;
  const ahead = evaluate(graph, moved(feeds, direction, step));
  const behind = evaluate(graph, moved(feeds, direction, -step));
  for (const output of graph.outputs) {
    if (graph.types.get(output)!.type !== "float64") continue;
    const seeds = [901, 902].map((seed) => normal(ahead[output]!.dims, seed));
    const numeric = seeds.map((seed) => {
      return (dot(ahead[output]!, seed) - dot(behind[output]!, seed)) / (2 * step);
    });
    for (const classes of [1, 2]) {
      const analytic = slopes(graph, output, feeds, direction, seeds.slice(0, classes));
      analytic.forEach((slope, k) => {
        const scale = Math.max(1, Math.abs(numeric[k]!));
        const label = `slope of ${output}, class ${k} of ${classes}: ${slope} for ${numeric[k]}`;
        expect(Math.abs(slope - numeric[k]!) / scale, label).toBeLessThanOrEqual(tolerance);
      });
    }
  }
}

/** Per cotangent, the slope of cotangent · output along the direction, by the graph of the gradient. */
function slopes(
  graph: Graph,
  output: string,
  feeds: Tensors,
  direction: Tensors,
  seeds: readonly Tensor[],
): number[] {
  const g = Builder.extend(graph);
  const classes = seeds.length;
  const lead = classes === 1 ? [] : [classes];
  const name = g.input("seed", "float64", [...lead, ...g.dims(output)]);
  const stacked = seeds.flatMap(({ data }) => [...data]);
  const wrt = Object.keys(direction);
  const dxs = gradient(g, { of: output, wrt, seed: name, classes });
  const present = dxs.filter((dx) => dx !== undefined);
  const seed = tensor("float64", stacked, [...lead, ...seeds[0]!.dims]);
  const results = evaluate(g.finish(present), { ...feeds, [name]: seed });
  return seeds.map((_, k) =>
    dxs.reduce((sum, dx, i) => {
      if (dx === undefined) return sum;
      const { data } = direction[wrt[i]!]!;
      const own = results[dx]!.data.subarray(k * data.length, (k + 1) * data.length);
      return sum + dot({ data: own }, { data });
    }, 0),
  );
}

function moved(feeds: Tensors, direction: Tensors, by: number): Tensors {
  const entries = Object.entries(feeds).map(([name, { dims, data }]) => {
    const values = data.map((value, i) => value + by * direction[name]!.data[i]!);
    return [name, tensor("float64", values, dims)];
  });
  return Object.fromEntries(entries) as Tensors;
}

function dot(a: Pick<Tensor, "data">, b: Pick<Tensor, "data">): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

/** The same graph computed in double precision: float32 inputs, and parameters and casts to it, become float64. */
export function inDoublePrecision(graph: Graph): Graph {
  const g = new Builder("model", graph.types);
  const double = <T extends { readonly type: string }>(value: T): T =>
    value.type === "float32" ? { ...value, type: "float64" } : value;
  for (const input of graph.inputs) g.input(input.name, double(input).type, input.dims);
  for (const [name, parameter] of graph.parameters) {
    if (parameter.type !== "float32" || !parameter.data) g.parameter(name, parameter);
    else g.parameter(name, tensor("float64", parameter.data, parameter.dims) as typeof parameter);
  }
  for (const node of graph.nodes) {
    const to: Attributes = node.attributes["to"] === "float32" ? { to: "float64" } : {};
    g.append({ ...node, attributes: { ...node.attributes, ...to } });
  }
  return g.finish(graph.outputs);
}
