import { divideDims, multiplyDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";
import { isAtom, isSameSpan, type Item, type Layout } from "./layout";
import type { FlowAxis } from "./flow";

/**
 * The axes behind a Reshape to `dims`: factors are taken in order until each size is made up, and split where a size ends inside one.
 * `undefined` when a size ends inside something that cannot be split.
 */
export function regroup(layout: Layout, dims: readonly Dim[]): FlowAxis[] | undefined {
  const rest = flat(layout);
  const axes: FlowAxis[] = [];
  for (const dim of dims) {
    const items: Item[] = [];
    const sources = new Set<number>();
    let open: Dim = dim;
    while (open !== 1) {
      const next = rest.shift();
      if (!next) return undefined;
      next.from.forEach((axis) => sources.add(axis));
      const left = divideDims(open, next.item.size);
      if (left !== undefined) {
        items.push(next.item);
        open = left;
        continue;
      }
      const parts = split(next.item, open);
      if (!parts) return undefined;
      items.push(parts.outer);
      rest.unshift({ item: parts.inner, from: next.from });
      open = 1;
    }
    axes.push({ axis: merged(items), from: [...sources].map((axis) => [0, axis]) });
  }
  return rest.length === 0 ? axes : undefined;
}

/** All factors in order with the axes that they come from; those of neighbouring axes that follow each other in one whole are one. */
function flat(layout: Layout): { item: Item; from: readonly number[] }[] {
  const result: { item: Item; from: readonly number[] }[] = [];
  layout.forEach((axis, at) => {
    for (const item of axis) {
      const last = result.at(-1);
      const both = last && joined(last.item, item);
      if (both) result.splice(-1, 1, { item: both, from: [...last.from, at] });
      else result.push({ item, from: [at] });
    }
  });
  return result;
}

function split(item: Item, outer: Dim): { outer: Item; inner: Item } | undefined {
  const inner = divideDims(item.size, outer);
  if (inner === undefined || !isAtom(item)) return undefined;
  const { cut: _cut, ...atom } = item;
  // What is in front of an open batch has no number of steps; batches are never put back together by steps.
  const step = typeof inner === "number" ? item.step * inner : item.step;
  return { outer: { ...atom, size: outer, step }, inner: { ...atom, size: inner } };
}

/** Neighbours that follow each other in one whole as one factor: it may be split elsewhere next. */
function merged(items: readonly Item[]): Item[] {
  const result: Item[] = [];
  for (const item of items) {
    const last = result.at(-1);
    const both = last && joined(last, item);
    if (both) result.splice(-1, 1, both);
    else result.push(item);
  }
  return result;
}

function joined(outer: Item, inner: Item): Item | undefined {
  if (!isAtom(outer) || !isAtom(inner) || typeof inner.size !== "number") return undefined;
  const isSame = (["kind", "extent", "roll"] as const).every((key) => outer[key] === inner[key]);
  if (!isSame || outer.step !== inner.step * inner.size) return undefined;
  if (!isSameSpan(outer.span, inner.span)) return undefined;
  return { ...inner, size: multiplyDims([outer.size, inner.size]) };
}
