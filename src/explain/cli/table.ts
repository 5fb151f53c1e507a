import { basename, dirname } from "node:path";
import type { AttributionMap, ClassChoice, Explanation, Inspection } from "../api";
import { factWords } from "../factWords";
import { strength } from "../percent";
import { isFiniteMap } from "../service/blank";
import { drawnMap } from "../service/grid";
import { regionOf } from "../picture/region";
import { fit, printable, widthOf } from "./textWidth";

interface Row {
  readonly explanation: Explanation;
  readonly map: AttributionMap;
}

interface Column {
  readonly title: string;
  /** 0 = as long as the text is. */
  readonly width: number;
  text(row: Row): string;
}

/** What a table is about: all that its widths depend on. */
export interface TableSubject {
  readonly images: readonly string[];
  readonly classes: Inspection["classes"];
  readonly choice: ClassChoice;
  /** Whether something else than the class's own score is explained. */
  readonly contrasted: boolean;
  readonly methods: readonly string[];
  readonly activation: Inspection["profile"]["activation"];
}

/** The table that `explain` prints while it works: one row per image, method and class. */
export class Table {
  private readonly columns: readonly Column[];
  private started = false;

  constructor(subject: TableSubject) {
    this.columns = columnsFor(subject);
  }

  /** The lines of one image, with the head before the first; below each map the numbers about it and what the tests say. */
  rows(explanation: Explanation): string {
    const rows = explanation.maps.flatMap((map) => [
      line(this.columns, ({ text }) => printable(text({ explanation, map }))),
      ...factWords(map).map(([title, words]) => remark(title, words)),
      ...(map.judgements ?? []).map(({ title, verdict }) => remark(title, verdict)),
    ]);
    if (!this.started) rows.unshift(line(this.columns, ({ title }) => title));
    this.started = true;
    return rows.join("");
  }
}

const remark = (title: string, words: string): string => `  ${printable(`${title}: ${words}`)}\n`;

const widestName = 36;
const widestLabel = 30;

function columnsFor({
  images,
  classes,
  choice,
  contrasted,
  methods,
  activation,
}: TableSubject): Column[] {
  const names = shortNames(images);
  const fitting = (texts: readonly string[], title: string, widest: number) =>
    Math.min(widest, Math.max(...[title, ...texts].map(widthOf)));
  const labelWidth = fitting(classes.map(className), "prediction", widestLabel);
  const predictionOnly = "top" in choice && choice.top === 1 && !contrasted;
  const probability = (of: (row: Row) => { readonly probability: number }): Column => ({
    ...(activation === "none" ? { title: "score", width: 9 } : { title: "probability", width: 11 }),
    text: (row) => strength(of(row).probability, activation),
  });
  const named = (index: number) => className(classes[index] ?? { index, label: "" });
  const explained: Column[] = [
    { title: "explained", width: labelWidth, text: ({ map }) => explainedName(map, named) },
    probability(({ map }) => map),
  ];
  return [
    {
      title: "image",
      width: fitting([...names.values()], "image", widestName),
      text: ({ explanation }) => names.get(explanation.image) ?? basename(explanation.image),
    },
    {
      title: "prediction",
      width: labelWidth,
      text: ({ explanation }) => className(explanation.predictions[0]!),
    },
    probability(({ explanation }) => explanation.predictions[0]!),
    ...(predictionOnly ? [] : explained),
    {
      title: "method",
      width: fitting(methods, "method", widestLabel),
      text: ({ map }) => map.method,
    },
    { title: "where the evidence lies", width: 0, text: whereabouts },
  ];
}

/** File names, with their folder where two are equal. */
function shortNames(images: readonly string[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const image of images) count.set(basename(image), (count.get(basename(image)) ?? 0) + 1);
  return new Map(
    images.map((image) => {
      const name = basename(image);
      return [image, count.get(name)! > 1 ? `${basename(dirname(image))}/${name}` : name];
    }),
  );
}

/** “cat”, “cat + dog”, “cat − dog”, “against cat”. */
function explainedName(
  { classIndex, set = [classIndex], versus, negated }: AttributionMap,
  named: (index: number) => string,
): string {
  const whole = set.map(named).join(" + ");
  const contrast =
    versus && ("class" in versus ? named(versus.class) : `nearest ${versus.nearest}`);
  const compared = contrast === undefined ? whole : `${whole} − ${contrast}`;
  return negated ? `against ${compared}` : compared;
}

const className = ({ index, label }: { index: number; label: string }): string =>
  label || `class ${index}`;

function whereabouts({ explanation: { geometry }, map }: Row): string {
  if (!isFiniteMap(map)) return "nowhere: the map is not all numbers";
  if (map.blank !== undefined) return map.blank;
  return regionOf(drawnMap(map).cells, geometry)?.words ?? "nowhere";
}

function line(columns: readonly Column[], text: (column: Column) => string): string {
  const cells = columns.map((column) => {
    const content = text(column);
    return column.width === 0 ? content : fit(content, column.width);
  });
  return `${cells.join("  ").trimEnd()}\n`;
}
