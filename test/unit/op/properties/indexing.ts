import fc from "fast-check";
import { axis, each, one, places, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

const withLength = (dims: readonly number[], along: number, length: number) =>
  dims.with(along, length);

const picks = shape(1, 3).chain((dims) =>
  fc.tuple(axis(dims.length), shape(0, 2, 1, 3)).chain(([along, own]) =>
    places(dims.at(along)!, product(own)).map((ints): MadeUp => ({
      op: "Gather",
      inputs: [{ floats: dims }, { ints, dims: own }],
      attributes: { axis: along },
    })),
  ),
);

const elements = shape(1, 3).chain((dims) =>
  fc.tuple(axis(dims.length), size(1, 4)).chain(([along, length]) => {
    const own = withLength(dims, along, length);
    return places(dims.at(along)!, product(own)).map((ints): MadeUp => ({
      op: "GatherElements",
      inputs: [{ floats: dims }, { ints, dims: own }],
      attributes: { axis: along },
    }));
  }),
);

/** Rows of indices behind `batch` axes that both have. */
const rows = shape(1, 4).chain((dims) =>
  fc.tuple(size(0, dims.length - 1), shape(0, 2, 1, 2)).chain(([batch, own]) =>
    size(1, dims.length - batch).chain((row) => {
      const lead = [...dims.slice(0, batch), ...own];
      const cells = Array.from({ length: product(lead) * row }, (_, i) => dims[batch + (i % row)]!);
      return each(cells, (i) => size(-cells[i]!, cells[i]! - 1)).map((ints) => ({
        dims,
        batch,
        row,
        indices: { ints, dims: [...lead, row] },
      }));
    }),
  ),
);

/** Elements that are written along one axis: several times over where they are merged, else once. */
const written = shape(1, 3).chain((dims) =>
  fc
    .tuple(axis(dims.length), size(1, 4), one("none", "add", "mul", "max", "min"))
    .chain(([along, length, reduction]) => {
      const own = dims.with(along, reduction === "none" ? 1 : length);
      return places(dims.at(along)!, product(own)).map((ints): MadeUp => ({
        op: "ScatterElements",
        inputs: [{ floats: dims }, { ints, dims: own }, { floats: own }],
        attributes: { axis: along, reduction },
      }));
    }),
);

const chosen = fc.tuple(shape(1, 2), size(1, 4)).chain(([dims, depth]) =>
  fc.tuple(places(depth, product(dims)), axis(dims.length + 1)).map(([ints, along]): MadeUp => ({
    op: "OneHot",
    inputs: [{ ints, dims }, { ints: [depth] }, { floats: [2] }],
    attributes: { axis: along },
    flat: true,
  })),
);

/** One element of each window, which its number goes back to. */
const unpooled = fc
  .record({ planes: shape(2, 2, 1, 2), windows: shape(2, 2, 1, 3), kernel: size(1, 3) })
  .chain(({ planes, windows: [rows, columns], kernel }) => {
    const dims = [...planes, rows!, columns!];
    const wide = [...planes, rows! * kernel, columns! * kernel];
    const taps = Array.from({ length: product(dims) }, () => size(0, kernel * kernel - 1));
    return each(taps, (i) => taps[i]!).map((found): MadeUp => ({
      op: "MaxUnpool",
      inputs: [
        { floats: dims },
        { ints: found.map((tap, i) => offsetOf(i, tap, rows!, columns!, kernel)), dims },
        { ints: wide },
      ],
      attributes: { kernel_shape: [kernel, kernel], strides: [kernel, kernel] },
    }));
  });

function offsetOf(i: number, tap: number, rows: number, columns: number, kernel: number): number {
  const plane = Math.floor(i / (rows * columns));
  const row = (Math.floor(i / columns) % rows) * kernel + Math.floor(tap / kernel);
  const column = (i % columns) * kernel + (tap % kernel);
  return (plane * rows * kernel + row) * columns * kernel + column;
}

export const indexingProperties: readonly Property[] = [
  property("Gather", ["Gather"], picks, { runs: 80 }),

  property("GatherElements", ["GatherElements"], elements, { fixedBatch: true }),

  property(
    "GatherND",
    ["GatherND"],
    rows.map(({ dims, batch, indices }): MadeUp => ({
      op: "GatherND",
      inputs: [{ floats: dims }, indices],
      attributes: { batch_dims: batch },
    })),
    { runs: 80, fixedBatch: true },
  ),

  property(
    "ScatterND",
    ["ScatterND"],
    rows
      .filter(({ batch }) => batch === 0)
      .map(({ dims, row, indices }): MadeUp => ({
        op: "ScatterND",
        inputs: [
          { floats: dims },
          indices,
          { floats: [...indices.dims.slice(0, -1), ...dims.slice(row)] },
        ],
        attributes: { reduction: "add" },
      })),
    { fixedBatch: true },
  ),

  property("ScatterElements", ["ScatterElements"], written, { runs: 100, fixedBatch: true }),

  property("OneHot", ["OneHot"], chosen, { fixedBatch: true }),

  property("MaxUnpool", ["MaxUnpool"], unpooled, { fixedBatch: true }),
];
