import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { isConcrete } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { axisFromFront, openDim } from "./helper/axis";
import { putBack } from "./helper/cotangent";
import type { Backward, Op, ShapeContext } from "./op";
import { count, select } from "./helper/select";

/** What is taken along one axis. A bound may be a name, or unknown (`undefined`). */
interface Cut {
  readonly start: Dim | undefined;
  readonly end: Dim | undefined;
  readonly step: Dim | undefined;
}

/** Slice: https://onnx.ai/onnx/operators/onnx__Slice.html */
export const slice: Op = {
  name: "Slice",
  shape: (context) => {
    const { node, inputs } = context;
    const cuts = cutsOf(
      node,
      inputs[0]!.dims.length,
      inputs.map((_, i) => context.ints(i)),
    );
    const dims = inputs[0]!.dims.map((dim, axis) =>
      isWhole(dim, cuts[axis]) ? dim : (picked(dim, cuts[axis]!)?.length ?? openDim(node, axis)),
    );
    return [{ type: inputs[0]!.type, dims }];
  },
  eval: ([x, ...bounds], node) => {
    const lists = [undefined, ...bounds.map((bound) => bound && [...bound.data])];
    const cuts = cutsOf(node, x!.dims.length, lists);
    return [
      select(
        x!,
        x!.dims.map((size, axis) => (cuts[axis] ? picked(size, cuts[axis])! : count(size))),
      ),
    ];
  },
  vjp: (g, backward) => [() => sliceGradient(g, backward), null, null, null, null],
  ints: sliceInts,
};

/** One cut per axis; `undefined` for an axis that is left alone. `lists` are the known elements of the node's inputs. */
function cutsOf(
  node: Node,
  rank: number,
  lists: readonly (readonly Dim[] | undefined)[],
): (Cut | undefined)[] {
  const [, starts, ends, axes, steps] = lists;
  const cuts = new Array<Cut | undefined>(rank).fill(undefined);
  const given = node.inputs[3] ? axes : count(starts?.length ?? ends?.length ?? rank);
  if (!given || !isConcrete(given)) {
    throw new GraphError(node.name, "has axes that are not known before running");
  }
  given.forEach((axis, i) => {
    const step = node.inputs[4] ? steps?.[i] : 1;
    cuts[axisFromFront(node, axis, rank)] = { start: starts?.[i], end: ends?.[i], step };
  });
  return cuts;
}

/** Whether a cut takes everything: no cut at all, or 0 to the end, where the end may be a name or INT_MAX. */
function isWhole(dim: Dim, cut: Cut | undefined): boolean {
  if (!cut) return true;
  const toEnd = cut.end === dim || (typeof cut.end === "number" && cut.end >= 2 ** 31 - 1);
  return cut.start === 0 && cut.step === 1 && toEnd;
}

/** The picked indices, when they can be told. Bounds beyond the axis are cut back, negative ones count from its end. */
function picked(dim: Dim, { start, end, step }: Cut): number[] | undefined {
  const numbers = [dim, start, end, step];
  if (numbers.some((value) => typeof value !== "number")) return undefined;
  const [size, from, to, stride] = numbers as [number, number, number, number];
  const clamp = (value: number, low: number, high: number) =>
    Math.max(low, Math.min(high, value < 0 ? value + size : value));
  const first = stride > 0 ? clamp(from, 0, size) : clamp(from, 0, size - 1);
  const last = stride > 0 ? clamp(to, 0, size) : clamp(to, -1, size - 1);
  const length = size === 0 ? 0 : Math.max(0, Math.ceil((last - first) / stride));
  return count(length).map((i) => first + i * stride);
}

function sliceInts(context: ShapeContext): readonly Dim[] | undefined {
  const list = context.ints(0);
  if (!list || context.inputs[0]!.dims.length !== 1) return undefined;
  const [cut] = cutsOf(
    context.node,
    1,
    context.inputs.map((_, i) => context.ints(i)),
  );
  return (cut ? picked(list.length, cut) : count(list.length))?.map((i) => list[i]!);
}

/** Puts each slice back where it was taken from, axis by axis. */
function sliceGradient(g: Builder, { node, inputs, dy }: Backward): string {
  const dims = g.dims(inputs[0]!);
  const cuts = cutsOf(
    node,
    dims.length,
    inputs.map((name) => (name ? g.known(name) : undefined)),
  );
  return dims.reduce<string>((dx, dim, i) => {
    if (isWhole(dim, cuts[i])) return dx;
    const indices = picked(dim, cuts[i]!);
    if (!indices || typeof dim !== "number") {
      throw new GraphError(node.name, "has no gradient: it cuts an axis of unknown size");
    }
    return putBack(g, dx, indices, i - dims.length, dim);
  }, dy);
}
