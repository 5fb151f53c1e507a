import { basename } from "node:path";
import type { Explanation } from "../api";
import { asGrid } from "../map";
import { regionOf } from "../picture/region";

const columns = [
  { title: "image", width: 28 },
  { title: "prediction", width: 26 },
  { title: "probability", width: 11 },
  { title: "method", width: 9 },
  { title: "where the evidence lies", width: 0 },
] as const;

/** The table that `explain` prints: one row per image, method and class. */
export class Table {
  private started = false;

  add({ image, geometry, maps, predictions }: Explanation, print: (line: string) => void): void {
    if (!this.started) print(row(columns.map(({ title }) => title)));
    this.started = true;
    for (const map of maps) {
      const name = map.label || `class ${map.classIndex}`;
      const isFirst = predictions[0]?.index === map.classIndex;
      const where = map.blank ?? regionOf(asGrid(map), geometry)?.words ?? "nowhere";
      print(
        row([
          basename(image),
          isFirst ? name : `${name} (not the prediction)`,
          `${(100 * map.probability).toFixed(1)} %`,
          map.method,
          where,
        ]),
      );
    }
  }
}

function row(cells: readonly string[]): string {
  return `${cells.map((cell, i) => fit(cell, columns[i]!.width)).join("  ")}\n`.replace(
    / +\n/,
    "\n",
  );
}

/** Pads to a width; a longer text is cut in its middle, so that an extension stays readable. 0 = as long as it is. */
function fit(text: string, width: number): string {
  if (width === 0) return text;
  if (text.length <= width) return text.padEnd(width);
  const half = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - half)}…${text.slice(text.length - half)}`;
}
