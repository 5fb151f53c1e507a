import { GraphError } from "../../error";
import { broadcastDims, printDims } from "../../graph/dim";
import type { ValueType } from "../../graph/graph";
import { sizeOf, stridesOf, zeros, type DType, type NumberArray, type Tensor } from "../../tensor";
import type { ShapeContext } from "../op";

/** Shape rule of operators whose output is like their first input. */
export function sameAsFirst({ inputs }: ShapeContext): ValueType[] {
  return [inputs[0]!];
}

/** Shape rule of broadcasting operators; `type` = the element type when it is not that of the first input. */
export function broadcast({ node, inputs }: ShapeContext, type?: DType): ValueType[] {
  const present = inputs.filter((input) => input !== undefined);
  const dims = present
    .map((input) => input.dims)
    .reduce((a, b) => {
      const both = broadcastDims(a, b);
      if (!both)
        throw new GraphError(
          node.name,
          `shapes ${printDims(a)} and ${printDims(b)} do not broadcast`,
        );
      return both;
    });
  return [{ type: type ?? present[0]!.type, dims }];
}

/** Applies `f` to every element. */
export function map(x: Tensor, f: (value: number) => number, type: DType = x.type): Tensor {
  const y = zeros(type, x.dims);
  for (let i = 0; i < x.data.length; i++) y.data[i] = f(x.data[i]!);
  return y;
}

/** Applies `f` to every pair of elements after numpy-style broadcasting. */
export function mapPairs(
  a: Tensor,
  b: Tensor,
  f: (x: number, y: number) => number,
  type: DType = a.type,
): Tensor {
  const dims = commonDims([a.dims, b.dims]);
  const y = zeros(type, dims);
  const left = broadcastTo(a, dims);
  const right = broadcastTo(b, dims);
  for (let i = 0; i < y.data.length; i++) y.data[i] = f(left[i]!, right[i]!);
  return y;
}

/** The shape that all shapes broadcast to. */
export function commonDims(shapes: readonly (readonly number[])[]): number[] {
  return shapes.reduce((a, b) => broadcastDims(a, b) as number[]) as number[];
}

/** The elements of `x` repeated to the shape `dims`. */
export function broadcastTo(x: Tensor, dims: readonly number[]): NumberArray {
  if (sizeOf(dims) === x.data.length) return x.data;
  const y = zeros(x.type, dims).data;
  const own = stridesOf(x.dims);
  const strides = dims.map((_, axis) => {
    const at = axis - dims.length + x.dims.length;
    return at < 0 || x.dims[at] === 1 ? 0 : own[at]!;
  });
  const index = new Array<number>(dims.length).fill(0);
  let from = 0;
  for (let i = 0; i < y.length; i++) {
    y[i] = x.data[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return y;
}
