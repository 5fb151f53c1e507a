import { expect } from "vitest";
import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Graph } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { tensor } from "../../src/explain/tensor";
import { normal } from "./random";

/**
 * Compares the gradient of every float output of a graph by all of its inputs, along one random direction, with the central difference
 * in double precision: two runs, however many inputs there are. The feeds are float64, like the graph's inputs.
 */
export function checkDirection(graph: Graph, feeds: Tensors, tolerance = 1e-6, step = 1e-5): void {
  graph.outputs.forEach((output, k) => {
    if (graph.types.get(output)!.type !== "float64") return;
    const y = evaluate(graph, feeds)[output]!;
    const seed = normal(y.dims, 901 + k);
    const directions = Object.entries(feeds).map(
      ([name, { dims }], i) => [name, normal(dims, 801 + i)] as const,
    );
    const moved = (by: number): Tensors =>
      Object.fromEntries(
        directions.map(([name, direction]) => {
          const { dims, data } = feeds[name]!;
          return [
            name,
            tensor(
              "float64",
              data.map((v, i) => v + by * direction.data[i]!),
              dims,
            ),
          ];
        }),
      );
    const along = (by: number) => dot(evaluate(graph, moved(by))[output]!.data, seed.data);
    const numeric = (along(step) - along(-step)) / (2 * step);
    const g = Builder.extend(graph);
    const seedName = g.input("seed of the test", "float64", graph.types.get(output)!.dims);
    const wrt = directions.map(([name]) => name);
    const dxs = gradient(g, { of: output, wrt, seed: seedName });
    const results = evaluate(g.finish(dxs.filter((dx) => dx !== undefined)), {
      ...feeds,
      [seedName]: seed,
    });
    const analytic = dxs.reduce((sum, dx, i) => {
      return dx === undefined ? sum : sum + dot(results[dx]!.data, directions[i]![1].data);
    }, 0);
    const scale = Math.max(1, Math.abs(numeric));
    expect(
      Math.abs(analytic - numeric) / scale,
      `slope of ${output}: ${analytic} for ${numeric}`,
    ).toBeLessThanOrEqual(tolerance);
  });
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
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
    const to = node.attributes["to"] === "float32" ? { to: "float64" } : {};
    g.append({ ...node, attributes: { ...node.attributes, ...to } });
  }
  return g.finish(graph.outputs);
}
