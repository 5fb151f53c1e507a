import { expect } from "vitest";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim, Graph } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { tensor, type DType, type Tensor } from "../../src/explain/tensor";
import { close } from "./gradient";
import { normal } from "./random";
import { verify } from "./verify";

/** A graph with the input `x` and the outputs that `build` returns. */
export function graphOf(
  dims: readonly Dim[],
  build: (g: Builder, x: string) => string | string[],
  type: DType = "float32",
): Graph {
  const g = new Builder();
  const outputs = build(g, g.input("x", type, dims));
  return g.finish([outputs].flat());
}

/** The operators of a graph, in order. */
export function operatorsOf(graph: Graph): string[] {
  return graph.nodes.map(({ op }) => op);
}

/** A one-axis or shaped float32 constant. */
export function floats(g: Builder, values: number[], dims: number[] = [values.length]): string {
  return g.constant(tensor("float32", values, dims));
}

/** Random numbers for every input; open sizes become `batch`. */
export function feedsFor(graph: Graph, batch = 2, type: DType = "float32"): Tensors {
  const feed = (dims: readonly Dim[], seed: number): Tensor => {
    const size = dims.map((dim) => (typeof dim === "number" ? dim : batch));
    return { ...normal(size, seed, "float32"), type };
  };
  return Object.fromEntries(graph.inputs.map(({ name, dims }, i) => [name, feed(dims, 31 + i)]));
}

/** Both graphs are sound, have the same outputs, and compute the same numbers. */
export function expectSameResults(before: Graph, after: Graph, tolerance = 1e-6): void {
  verify(before);
  verify(after);
  expect(after.outputs).toEqual(before.outputs);
  const feeds = feedsFor(before);
  const want = evaluate(before, feeds);
  const have = evaluate(after, feeds);
  for (const output of before.outputs) {
    expect(have[output]!.dims, `shape of ${output}`).toEqual(want[output]!.dims);
    expect(have[output]!.type, `type of ${output}`).toBe(want[output]!.type);
    close(have[output]!.data, want[output]!.data, tolerance, output);
  }
}
