import { GraphError } from "../../error";
import { printDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { sizeOf, stridesOf, type Tensor } from "../../tensor";
import { placeFromFront } from "./axis";

/** The length of the rows of indices that GatherND and ScatterND read: how many axes they name. Throws `GraphError` when it is open. */
export function rowLength(node: Node, indices: readonly Dim[], rank: number): number {
  const length = indices.at(-1);
  if (typeof length === "number" && length <= rank) return length;
  const problem = `has indices ${printDims(indices)} whose last axis does not fit the rank ${rank}`;
  throw new GraphError(node.name, `${node.op} ${problem}`);
}

/**
 * For each row of `indices` [b…, i…, m]: where the slice of `x` [b…, …] begins that it names, behind the first `batch` axes. Slices are
 * `length` long. Throws `GraphError` for a place that is not there.
 */
export function sliceOffsets(node: Node, x: Tensor, indices: Tensor, batch: number) {
  const row = indices.dims.at(-1)!;
  const strides = stridesOf(x.dims).slice(batch, batch + row);
  const sizes = x.dims.slice(batch, batch + row);
  const perBatch = sizeOf(indices.dims.slice(batch, -1));
  const batchSize = sizeOf(x.dims.slice(batch));
  const starts = Array.from({ length: sizeOf(indices.dims.slice(0, -1)) }, (_, i) => {
    let at = Math.floor(i / perBatch) * batchSize;
    for (let k = 0; k < row; k++) {
      const index = indices.data[i * row + k]!;
      at += placeFromFront(node, index, sizes[k]!) * strides[k]!;
    }
    return at;
  });
  return { starts, length: sizeOf(x.dims.slice(batch + row)) };
}
