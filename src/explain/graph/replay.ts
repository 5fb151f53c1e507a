import type { Builder } from "./builder";
import { nodesBetween } from "./path";

/**
 * Adds the nodes between the replaced values and `to` once more, so that they read the replacements, and returns what is `to` there. Everything else is
 * shared with the nodes there are, whose numbers do not change.
 *
 * @param replaced value → the value that takes its place, of the same type and shape.
 */
export function replay(g: Builder, to: string, replaced: ReadonlyMap<string, string>): string {
  const now = new Map(replaced);
  const nodes = nodesBetween(g.nodes, [...replaced.keys()], to);
  for (const { op, inputs, outputs, attributes } of nodes) {
    const read = inputs.map((input) => now.get(input) ?? input);
    const made = g.ops(op, read, outputs.length, attributes);
    outputs.forEach((output, i) => {
      if (output && !replaced.has(output)) now.set(output, made[i]!);
    });
  }
  return now.get(to) ?? to;
}
