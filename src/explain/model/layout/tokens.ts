import { isAtom, type Axis } from "./layout";

/** The grid number `at` of parts of these sizes, with what stands before and behind it; `undefined` when it is more than a grid. */
export function withTokens(grid: Axis, sizes: readonly number[], at: number): Axis | undefined {
  const sum = (list: readonly number[]) => list.reduce((total, size) => total + size, 0);
  const [item] = grid;
  const inner = grid.length === 1 && !isAtom(item!) ? item : undefined;
  const atoms = inner ? inner.atoms : grid.filter(isAtom);
  const isGrid = atoms.every(({ kind }) => kind === "height" || kind === "width");
  if (!isGrid || (!inner && atoms.length !== grid.length)) return undefined;
  return [
    {
      kind: "tokens",
      size: sum(sizes),
      lead: (inner?.lead ?? 0) + sum(sizes.slice(0, at)),
      trail: (inner?.trail ?? 0) + sum(sizes.slice(at + 1)),
      atoms,
    },
  ];
}
