import type { Builder } from "../../../graph/builder";
import { multiplyDims } from "../../../graph/dim";
import type { Dim, Node } from "../../../graph/graph";
import { axisFromFront } from "../../../op/helper/axis";
import { stridesOf, type Tensor } from "../../../tensor";
import { numberOf } from "./helper/attribute";
import { last } from "./helper/step";
import type { Rule } from "./upgrade";

/**
 * Gather at places that count through an axis, each once, is a Reshape, or in the order of other axes a Reshape and a Transpose: PyTorch's newer
 * exporter writes `as_strided` so, with which it flattens what lies in memory in another order. So it can be followed, and takes any batch.
 */
export const stridedGather: readonly Rule[] = [
  { op: "GatherND", upgrade: alongOneAxis },
  { op: "Gather", upgrade: unstrided },
];

/** Single indices along the first axis are Gather's; so PyTorch's newer exporter writes x[:, places]. */
function alongOneAxis(g: Builder, node: Node): Node {
  const [x, indices] = node.inputs as [string, string];
  if (g.dims(indices).at(-1) !== 1 || numberOf(node, "batch_dims", 0) !== 0) return node;
  const constant = g.tensor(indices);
  const places = constant
    ? g.constant({ ...constant, dims: constant.dims.slice(0, -1) })
    : g.op("Squeeze", [indices, g.ints([-1])]);
  return last(node, "Gather", [x, places], { axis: 0 });
}

function unstrided(g: Builder, node: Node): Node {
  const [x, indices] = node.inputs as [string, string];
  const [dims, taken] = [g.dims(x), g.dims(indices)];
  const axis = axisFromFront(node, numberOf(node, "axis", 0), dims.length);
  const wanted = dims.toSpliced(axis, 1, ...taken);
  const isPlain = wanted.filter((dim) => typeof dim === "string").length < 2 && !wanted.includes(0);
  const isWhole = taken.length > 0 && multiplyDims(taken) === dims[axis];
  const strides = isPlain && isWhole ? countingThrough(g, indices) : undefined;
  const order = strides && memoryOrder(strides, taken);
  if (!order) return node;
  const all = wanted.map((_, i) => i);
  const inMemory = all.toSpliced(axis, taken.length, ...order.map((i) => axis + i));
  const target = inMemory.map((i) => wanted[i]!).map((dim) => (typeof dim === "string" ? -1 : dim));
  const inputs = [x, g.ints(target)];
  if (order.every((at, i) => at === i)) return last(node, "Reshape", inputs);
  const perm = all.map((i) => inMemory.indexOf(i));
  return last(node, "Transpose", [g.op("Reshape", inputs)], { perm });
}

/** The axes from the largest stride to the smallest, if they count through 0, 1, 2 … together; those of size 1 in front. */
function memoryOrder(strides: readonly number[], dims: readonly Dim[]): number[] | undefined {
  const single = dims.flatMap((dim, i) => (dim === 1 ? [i] : []));
  const order = dims
    .flatMap((dim, i) => (dim === 1 ? [] : [i]))
    .sort((a, b) => strides[b]! - strides[a]!);
  let next: Dim = 1;
  for (const i of order.toReversed()) {
    if (strides[i] !== next) return undefined;
    next = multiplyDims([next, dims[i]!]);
  }
  const isOrdered = order.every((axis, i) => i === 0 || axis > order[i - 1]!);
  return isOrdered ? dims.map((_, i) => i) : [...single, ...order];
}

/** What lies so many steps before an index is not looked at. */
const longestWay = 12;

/** How far a step along each axis counts in integers that are Σ stride · index; `undefined` where they are anything else. */
function countingThrough(g: Builder, value: string): readonly number[] | undefined {
  const found = strided(g, value, longestWay);
  return found?.offset === 0 ? found.strides : undefined;
}

/** Integers that are offset + Σ stride · index over all axes. */
interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

function strided(g: Builder, value: string, way: number): Strided | undefined {
  const constant = g.tensor(value);
  if (constant) return ofConstant(constant);
  const node = way > 0 ? g.maker(value) : undefined;
  return node && forms[node.op]?.(g, node, (input) => strided(g, node.inputs[input]!, way - 1));
}

type Form = (
  g: Builder,
  node: Node,
  of: (input: number) => Strided | undefined,
) => Strided | undefined;

/** The operators of which exporters make places. */
const forms: Readonly<Record<string, Form>> = {
  Range: (g, { inputs: [start, , delta] }) => {
    const [offset, stride] = [single(g, start!), single(g, delta!)];
    return offset === undefined || stride === undefined ? undefined : { offset, strides: [stride] };
  },
  Mul: (g, { inputs }, of) => {
    const factors = inputs.map((input) => single(g, input));
    const factor = factors.find((number) => number !== undefined);
    const one = of(factors[0] === undefined ? 0 : 1);
    if (factor === undefined || !one) return undefined;
    return { offset: one.offset * factor, strides: one.strides.map((stride) => stride * factor) };
  },
  Add: (g, { inputs, outputs }, of) => {
    const parts = [of(0), of(1)];
    if (!parts[0] || !parts[1]) return undefined;
    const rank = g.dims(outputs[0]!).length;
    const strides = Array.from({ length: rank }, (_, i) => {
      return parts.reduce((sum, part, input) => {
        const at = i - rank + g.dims(inputs[input]!).length;
        return sum + (at < 0 ? 0 : part!.strides[at]!);
      }, 0);
    });
    return { offset: parts[0].offset + parts[1].offset, strides };
  },
  Unsqueeze: sameButOnes,
  Squeeze: sameButOnes,
  Reshape: sameButOnes,
  Cast: (_g, _node, of) => of(0),
  Identity: (_g, _node, of) => of(0),
};

/** The one number that a value is known to be. */
function single(g: Builder, value: string): number | undefined {
  const known = g.known(value);
  const number = known?.length === 1 ? known[0] : undefined;
  return typeof number === "number" ? number : undefined;
}

/** The sizes stay what they were, with ones between them or without. */
function sameButOnes(
  g: Builder,
  { inputs: [x], outputs: [y] }: Node,
  of: (input: number) => Strided | undefined,
): Strided | undefined {
  const before = of(0);
  const [from, to] = [g.dims(x!), g.dims(y!)];
  const longer = from.flatMap((dim, i) => (dim === 1 ? [] : [{ dim, stride: before?.strides[i] }]));
  const sizes = to.filter((dim) => dim !== 1);
  if (!before || sizes.join() !== longer.map(({ dim }) => dim).join()) return undefined;
  let next = 0;
  const strides = to.map((dim) => (dim === 1 ? 0 : longer[next++]!.stride!));
  return { offset: before.offset, strides };
}

function ofConstant({ dims, data }: Tensor): Strided | undefined {
  if (data.length === 0) return undefined;
  const offset = data[0]!;
  const lengths = stridesOf(dims);
  const strides = dims.map((dim, i) => (dim === 1 ? 0 : data[lengths[i]!]! - offset));
  const place = (at: number) =>
    dims.reduce((sum, dim, i) => sum + (Math.floor(at / lengths[i]!) % dim) * strides[i]!, offset);
  return data.every((value, at) => value === place(at)) ? { offset, strides } : undefined;
}
