import { GraphError } from "../../error";
import type { Node } from "../../graph/graph";
import { int, text } from "./attribute";
import { halfToEven } from "./halfToEven";

/** Samples around a position, and the weight of each as a polynomial of how far the position lies behind the first at its left. */
interface Filter {
  /** Counted from the sample at the left. */
  readonly offsets: readonly number[];
  /** One row per sample: the coefficients of 1, r, r² …, 0 ≤ r < 1. */
  readonly weights: readonly (readonly number[])[];
}

const a = -0.75;

const filters: Readonly<Record<string, Filter>> = {
  nearest: { offsets: [0], weights: [[1]] },
  linear: {
    offsets: [0, 1],
    weights: [
      [1, -1],
      [0, 1],
    ],
  },
  cubic: {
    offsets: [-1, 0, 1, 2],
    weights: [
      [0, a, -2 * a, a],
      [1, 0, -(a + 3), a + 2],
      [0, -a, 2 * a + 3, -(a + 2)],
      [0, 0, a, -a],
    ],
  },
};

export function filterOf(node: Node): Filter {
  const filter = filters[text(node, "mode")];
  if (filter) return filter;
  throw new GraphError(node.name, `has the mode ${text(node, "mode")}, which does not exist`);
}

/** From the normalized coordinate −1 … 1 to a position among `size` samples: `factor · coordinate + offset`. */
export function toPosition(node: Node, size: number): { factor: number; offset: number } {
  const factor = (int(node, "align_corners") === 1 ? size - 1 : size) / 2;
  return { factor, offset: (size - 1) / 2 };
}

/** The period after which reflected samples come again, and the sum of a sample and its mirror image. */
export function mirror(node: Node, size: number): { period: number; sum: number } {
  const isAligned = int(node, "align_corners") === 1;
  return {
    period: Math.max(1, isAligned ? 2 * size - 2 : 2 * size),
    sum: isAligned ? 2 * size - 2 : 2 * size - 1,
  };
}

/** The samples that one normalized coordinate meets along an axis, with their weights; padding that is zero is left out. */
export function samplesAt(
  node: Node,
  coordinate: number,
  size: number,
): (readonly [at: number, weight: number])[] {
  const { factor, offset } = toPosition(node, size);
  const { offsets, weights } = filterOf(node);
  const position = factor * coordinate + offset;
  const left = text(node, "mode") === "nearest" ? halfToEven(position) : Math.floor(position);
  return offsets.flatMap((step, i) => {
    const at = padded(node, left + step, size);
    const weight = weights[i]!.reduceRight((sum, factor) => sum * (position - left) + factor, 0);
    return at < 0 ? [] : [[at, weight] as const];
  });
}

/** Where a sample is that may lie outside; −1 = nowhere. */
function padded(node: Node, at: number, size: number): number {
  if (at >= 0 && at < size) return at;
  const inside = (place: number) => Math.min(size - 1, Math.max(0, place));
  switch (text(node, "padding_mode")) {
    case "border":
      return inside(at);
    case "reflection": {
      const { period, sum } = mirror(node, size);
      const place = at - period * Math.floor(at / period);
      return inside(Math.min(place, sum - place));
    }
    default:
      return -1;
  }
}
