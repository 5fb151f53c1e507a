import type { Node } from "../../graph/graph";
import { stridesOf, type Tensor } from "../../tensor";
import { placeFromFront } from "./axis";

/** For each index, the element of `x` that it names: its own place, but along `axis` the index. Throws `GraphError` for one that is not there. */
export function elementOffsets(node: Node, x: Tensor, indices: Tensor, axis: number): number[] {
  const own = stridesOf(indices.dims);
  const strides = stridesOf(x.dims);
  return Array.from(indices.data, (index, i) => {
    let at = 0;
    for (let a = 0; a < strides.length; a++) {
      const place = Math.floor(i / own[a]!) % indices.dims[a]!;
      at += strides[a]! * (a === axis ? placeFromFront(node, index, x.dims[axis]!) : place);
    }
    return at;
  });
}
