import fc from "fast-check";
import {
  axes,
  axis,
  broadcastable,
  each,
  one,
  permutation,
  shape,
  size,
} from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;

const bound = one(-(2 ** 63), -7, -3, -2, -1, 0, 1, 2, 3, 7, 2 ** 31 - 1, 2 ** 63);

const cuts = shape(1, 4).chain((dims) =>
  axes(dims.length, 1).chain((along) =>
    record({
      dims: fc.constant(dims),
      along: fc.constant(along),
      starts: each(along, () => bound),
      ends: each(along, () => bound),
      steps: each(along, () => one(1, 1, 2, 3, -1, -2)),
    }),
  ),
);

const padded = shape(1, 4, 2).chain((dims) =>
  record({
    dims: fc.constant(dims),
    mode: one("constant", "constant", "reflect", "edge", "wrap"),
    borders: each([...dims, ...dims], (i) => size(-1, dims[i % dims.length]! - 1)),
  }),
);

const parts = shape(1, 4).chain((dims) =>
  axis(dims.length).chain((along) =>
    record({
      dims: fc.constant(dims),
      along: fc.constant(along),
      lengths: fc.array(size(0, 3), { minLength: 1, maxLength: 4 }),
    }),
  ),
);

const withLength = (dims: readonly number[], along: number, length: number) =>
  dims.with(along, length);

/** A shape, places among its axes for axes of 1, and the shape with them. */
const widened = fc.tuple(shape(0, 3), size(1, 2)).chain(([dims, added]) =>
  axes(dims.length + added, added).map((some) => {
    const ints = some.slice(0, added);
    const rank = dims.length + added;
    const places = ints.map((place) => (place + rank) % rank).sort((a, b) => a - b);
    const wide = places.reduce((list, place) => list.toSpliced(place, 0, 1), dims);
    return { dims, ints, wide };
  }),
);

export const movementProperties: readonly Property[] = [
  property(
    "Slice",
    ["Slice"], // Backwards, onnxruntime takes the largest integers for “to the end”, where the specification takes them for the last place.
    cuts
      .filter(({ ends, steps }) => steps.every((step, i) => step > 0 || ends[i]! < 2 ** 31 - 1))
      .map(({ dims, along, starts, ends, steps }): MadeUp => ({
        op: "Slice",
        inputs: [
          { floats: dims },
          { ints: starts },
          { ints: ends },
          { ints: along },
          { ints: steps },
        ],
      })),
    { runs: 100 },
  ),

  property(
    "Pad",
    ["Pad"],
    padded.map(({ dims, mode, borders }): MadeUp => ({
      op: "Pad",
      // onnxruntime copies from what is cut off too, in the modes that copy.
      inputs: [
        { floats: dims },
        { ints: mode === "constant" ? borders : borders.map((n) => Math.max(0, n)) },
      ],
      attributes: { mode },
    })),
    { runs: 80 },
  ),

  property(
    "Transpose",
    ["Transpose"],
    shape(1, 4, 0).chain((dims) =>
      permutation(dims.length).map((perm): MadeUp => ({
        op: "Transpose",
        inputs: [{ floats: dims }],
        attributes: { perm },
      })),
    ),
  ),

  property(
    "Concat",
    ["Concat"],
    parts.map(({ dims, along, lengths }): MadeUp => ({
      op: "Concat",
      inputs: lengths.map((length) => ({ floats: withLength(dims, along, length) })),
      attributes: { axis: along },
    })),
    { fixedBatch: true },
  ),

  property(
    "Split by lengths",
    ["Split"],
    parts.map(({ dims, along, lengths }): MadeUp => ({
      op: "Split",
      inputs: [
        {
          floats: withLength(
            dims,
            along,
            lengths.reduce((a, b) => a + b),
          ),
        },
        { ints: lengths },
      ],
      attributes: { axis: along },
      outputs: lengths.length,
    })),
  ),

  property(
    "Split into a number of parts",
    ["Split"],
    parts.chain(({ dims, along }) =>
      record({ length: size(1, 3), last: size(1, 3), count: size(1, 4) }).map(
        ({ length, last, count }): MadeUp => ({
          op: "Split",
          inputs: [
            { floats: withLength(dims, along, length * (count - 1) + Math.min(last, length)) },
          ],
          attributes: { axis: along, num_outputs: count },
          outputs: count,
        }),
      ),
    ),
  ),

  property(
    "Tile",
    ["Tile"],
    shape(1, 4).chain((dims) =>
      each(dims, () => size(0, 3)).map((ints): MadeUp => ({
        op: "Tile",
        inputs: [{ floats: dims }, { ints }],
      })),
    ),
  ),

  property(
    "Expand",
    ["Expand"],
    shape(0, 4).chain((dims) =>
      fc.tuple(broadcastable(dims), broadcastable(dims)).map(([own, target]): MadeUp => ({
        op: "Expand",
        inputs: [{ floats: own }, { ints: target }],
      })),
    ),
    { fixedBatch: true },
  ),

  property(
    "Reshape",
    ["Reshape"],
    shape(1, 4).chain((dims) =>
      fc
        .tuple(permutation(dims.length), size(-1, dims.length - 1), fc.boolean())
        .map(([perm, open, keeps]): MadeUp => {
          const target = perm.map((from) => dims[from]!);
          const kept = target.map((dim, i) => (keeps && dim === dims[i] ? 0 : dim));
          return {
            op: "Reshape",
            inputs: [{ floats: dims }, { ints: open < 0 ? kept : kept.with(open, -1) }],
          };
        }),
    ),
    { fixedBatch: true },
  ),

  property(
    "Flatten",
    ["Flatten"],
    shape(0, 4).chain((dims) =>
      size(-dims.length, dims.length).map((along): MadeUp => ({
        op: "Flatten",
        inputs: [{ floats: dims }],
        attributes: { axis: along },
      })),
    ),
  ),

  property(
    "Unsqueeze",
    ["Unsqueeze"],
    widened.map(({ dims, ints }): MadeUp => ({
      op: "Unsqueeze",
      inputs: [{ floats: dims }, { ints }],
    })),
  ),

  property(
    "Squeeze",
    ["Squeeze"],
    fc.tuple(widened, fc.boolean()).map(([{ wide, ints }, named]): MadeUp => ({
      op: "Squeeze",
      inputs: [{ floats: wide }, ...(named ? [{ ints }] : [])],
    })),
    { fixedBatch: true },
  ),

  property(
    "Trilu",
    ["Trilu"],
    fc.tuple(shape(2, 4), size(-3, 3), size(0, 1)).map(([dims, k, upper]): MadeUp => ({
      op: "Trilu",
      inputs: [{ floats: dims }, { ints: [k], dims: [] }],
      attributes: { upper },
    })),
  ),
];
