import tables from "./colourTables.json";

/** From evidence to colour. */
export interface ColourMap {
  readonly id: string;
  readonly title: string;
  /** `sequential` = from 0 to the largest value; `diverging` = centred on 0, for signed maps. */
  readonly kind: "sequential" | "diverging";
  /** `evidence` = the less evidence, the more of the image shows through; `constant` = the papers' look. */
  readonly alpha: "evidence" | "constant";
  /** 256 colours, RGB. */
  readonly table: Uint8Array;
}

function unpack(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

/** The first is the default. The tables are made by media/make/colourTables.py. */
export const colourMaps: readonly ColourMap[] = [
  {
    id: "inferno",
    title: "Inferno",
    kind: "sequential",
    alpha: "evidence",
    table: unpack(tables.inferno),
  },
  {
    id: "plasma",
    title: "Plasma",
    kind: "sequential",
    alpha: "evidence",
    table: unpack(tables.plasma),
  },
  {
    id: "viridis",
    title: "Viridis",
    kind: "sequential",
    alpha: "evidence",
    table: unpack(tables.viridis),
  },
  {
    id: "cividis",
    title: "Cividis",
    kind: "sequential",
    alpha: "evidence",
    table: unpack(tables.cividis),
  },
  {
    id: "coolwarm",
    title: "Cool–warm (signed)",
    kind: "diverging",
    alpha: "evidence",
    table: unpack(tables.coolwarm),
  },
  {
    id: "jet",
    title: "Jet (as in the papers)",
    kind: "sequential",
    alpha: "constant",
    table: unpack(tables.jet),
  },
];

/** The colour map of an id. Throws `RangeError` for an unknown one. */
export function colourMapOf(id: string): ColourMap {
  const found = colourMaps.find((map) => map.id === id);
  if (!found)
    throw new RangeError(
      `There is no colour map “${id}”; there are ${colourMaps.map((map) => map.id).join(", ")}.`,
    );
  return found;
}
