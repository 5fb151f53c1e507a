import { expect } from "vitest";
import type { Builder } from "../../src/explain/graph/builder";
import type { Dim, Graph } from "../../src/explain/graph/graph";
import { simplify } from "../../src/explain/graph/simplify";
import { evaluate } from "../../src/explain/runtime/reference";
import { expectSameResults, feedsFor, graphOf, operatorsOf } from "./graph";

/** What a graph with the input x does. */
export type Build = (g: Builder, x: string) => string | string[];

/** Simplifies and checks that the numbers stay; returns the operators that remain. */
export function remaining(dims: readonly Dim[], build: Build): string[] {
  const graph = graphOf(dims, build);
  const simple = simplify(graph);
  expectSameResults(graph, simple);
  return operatorsOf(simple);
}

/** Simplifies and checks that every number stays to the last bit, ±0, ±∞ and NaN included; returns what remains. */
export function exactlySimplified(graph: Graph): Graph {
  const simple = simplify(graph);
  const feeds = feedsFor(graph);
  expect(evaluate(simple, feeds)).toEqual(evaluate(graph, feeds));
  return simple;
}
