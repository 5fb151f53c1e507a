/** Where a window lies along an axis: from its first pixel to the one behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Windows of equal size at every `stride`-th pixel, until the end is covered; what of the last one lies beyond is cut off. */
export function spans(length: number, window: number, stride: number): Span[] {
  const count = Math.ceil((length - window) / stride) + 1;
  return Array.from({ length: count }, (_, i) => ({
    from: i * stride,
    to: Math.min(i * stride + window, length),
  }));
}

/** The cells of a grid, each once, from coarse to fine: every 2^n-th of every 2^n-th row first, then every 2^(n−1)-th of what is left, and so on. */
export function coarseToFine(rows: number, columns: number): { row: number; column: number }[] {
  const order: { row: number; column: number }[] = [];
  const first = 2 ** Math.floor(Math.log2(Math.max(rows, columns)));
  for (let step = first; step >= 1; step /= 2) {
    for (let row = 0; row < rows; row += step) {
      for (let column = 0; column < columns; column += step) {
        const isNew = step === first || row % (2 * step) !== 0 || column % (2 * step) !== 0;
        if (isNew) order.push({ row, column });
      }
    }
  }
  return order;
}

/**
 * A grid that is filled in the order of {@link coarseToFine}, made whole: a cell without a number takes that of the nearest cell of the finest mesh that has one there.
 *
 * @param cells [rows·columns], NaN where there is no number yet; the first cell has one.
 */
export function withoutGaps(cells: Float64Array, rows: number, columns: number): Float64Array {
  const near = (at: number, step: number, count: number) => {
    const nearest = Math.round(at / step) * step;
    return nearest < count ? nearest : nearest - step;
  };
  return cells.map((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let found = value;
    for (let step = 2; Number.isNaN(found) && step <= 4 * Math.max(rows, columns); step *= 2)
      found = cells[near(row, step, rows) * columns + near(column, step, columns)]!;
    return found;
  });
}

/**
 * For every pixel the mean over the windows that cover it, [H,W].
 *
 * @param values one for each window, [rows·columns].
 */
export function meanOverWindows(
  values: Float64Array,
  rows: readonly Span[],
  columns: readonly Span[],
): Float32Array {
  const [height, width] = [rows.at(-1)!.to, columns.at(-1)!.to];
  // Each window adds at its corners; sums along rows and columns spread it over its pixels.
  const sums = new Float64Array((height + 1) * (width + 1));
  const add = (y: number, x: number, value: number) => (sums[y * (width + 1) + x]! += value);
  rows.forEach((row, r) =>
    columns.forEach((column, c) => {
      const value = values[r * columns.length + c]!;
      add(row.from, column.from, value);
      add(row.from, column.to, -value);
      add(row.to, column.from, -value);
      add(row.to, column.to, value);
    }),
  );
  for (let i = 1; i < sums.length; i++) if (i % (width + 1) !== 0) sums[i]! += sums[i - 1]!;
  for (let i = width + 1; i < sums.length; i++) sums[i]! += sums[i - width - 1]!;
  const [over, across] = [covering(rows, height), covering(columns, width)];
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return sums[y * (width + 1) + x]! / (over[y]! * across[x]!);
  });
}

/** How many windows cover each place along an axis. */
function covering(windows: readonly Span[], length: number): number[] {
  return Array.from(
    { length },
    (_, at) => windows.filter(({ from, to }) => from <= at && at < to).length,
  );
}
