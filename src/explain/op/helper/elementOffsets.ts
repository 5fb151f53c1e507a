import { stridesOf, type Tensor } from "../../tensor";

/** For each index, the element of `x` that it names: its own place, but along `axis` the index. */
export function elementOffsets(x: Tensor, indices: Tensor, axis: number): number[] {
  const own = stridesOf(indices.dims);
  const strides = stridesOf(x.dims);
  return Array.from(indices.data, (index, i) => {
    let at = 0;
    for (let a = 0; a < strides.length; a++) {
      const place = Math.floor(i / own[a]!) % indices.dims[a]!;
      at += strides[a]! * (a !== axis ? place : index < 0 ? index + x.dims[axis]! : index);
    }
    return at;
  });
}
