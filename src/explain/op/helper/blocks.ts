import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { divideDims, multiplyDims, printDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { sizeOf, zeros, type Tensor } from "../../tensor";
import { attributesBut, int } from "./attribute";

/**
 * How the channels are numbered that blocks of positions become: CRD = channel, row in the block, column; else (DCR) row, column,
 * channel.
 */
export function isChannelFirst(node: Node): boolean {
  return node.attributes["mode"] === "CRD";
}

/** [N, C·b², H, W] → [N, C, H·b, W·b] */
export function spreadDims(node: Node, [batch, channels, height, width]: readonly Dim[]): Dim[] {
  const b = int(node, "blocksize");
  const fewer = divideDims(channels!, b * b);
  if (fewer === undefined && typeof channels === "number") throw unfit(node, [channels]);
  return [
    batch!,
    fewer ?? part(channels!, b * b),
    ...[height!, width!].map((size) => multiplyDims([b, size])),
  ];
}

/** [N, C, H·b, W·b] → [N, C·b², H, W] */
export function stackedDims(node: Node, [batch, channels, ...sizes]: readonly Dim[]): Dim[] {
  const b = int(node, "blocksize");
  const fewer = sizes.map((size) => {
    const whole = divideDims(size, b);
    if (whole === undefined && typeof size === "number") throw unfit(node, sizes);
    return whole ?? part(size, b);
  });
  return [batch!, multiplyDims([b * b, channels!]), ...fewer];
}

/** A name for a part of a size that is only a name itself. */
function part(size: Dim, divisor: number): Dim {
  return `${String(size).replaceAll("*", "·")}/${divisor}`;
}

function unfit(node: Node, sizes: readonly Dim[]): GraphError {
  return new GraphError(
    node.name,
    `cannot make blocks of ${int(node, "blocksize")} with ${printDims(sizes)}`,
  );
}

/** Moves every element of `x` to `dims`; `stacked` tells which of the two has the blocks as channels. */
export function rearranged(
  node: Node,
  x: Tensor,
  dims: readonly number[],
  stacked: "x" | "y",
): Tensor {
  const y = zeros(x.type, dims);
  const [batch, deep, rows, columns] = (stacked === "x" ? x.dims : dims) as [
    number,
    number,
    number,
    number,
  ];
  const b = int(node, "blocksize");
  const channels = deep / (b * b);
  const first = isChannelFirst(node);
  for (let i = 0; i < sizeOf([batch, deep, rows, columns]); i++) {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    const depth = Math.floor(i / (columns * rows)) % deep;
    const n = Math.floor(i / (columns * rows * deep));
    const block = first ? depth % (b * b) : Math.floor(depth / channels);
    const channel = first ? Math.floor(depth / (b * b)) : depth % channels;
    const line = ((n * channels + channel) * rows + row) * b + Math.floor(block / b);
    const at = (line * columns + column) * b + (block % b);
    if (stacked === "x") y.data[at] = x.data[i]!;
    else y.data[i] = x.data[at]!;
  }
  return y;
}

/** The cotangent of an input whose elements were only moved: `op` moves them back. */
export function movedBack(g: Builder, op: string, node: Node, x: string, dy: string): string {
  const attributes = isChannelFirst(node) ? node.attributes : attributesBut(node, "mode");
  return g.splitClasses(g.op(op, [g.mergeClasses(dy)], attributes), x);
}
