import { basename, dirname } from "node:path";
import type { AttributionMap, ClassChoice, Explanation, Inspection, Versus } from "../api";
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
  /** Where something else than the class's own score is explained. */
  readonly negated?: boolean;
  readonly versus?: Versus;
  readonly methods: readonly string[];
  readonly activation: Inspection["profile"]["activation"];
  /** Whether names may be cut for the columns to be narrow, as on a terminal. */
  readonly narrow: boolean;
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
      this.line(({ text }) => printable(text({ explanation, map }))),
      ...factWords(map).map(([title, words]) => remark(title, words)),
      ...(map.judgements ?? []).map(({ title, verdict }) => remark(title, verdict)),
    ]);
    if (!this.started) rows.unshift(this.line(({ title }) => title));
    this.started = true;
    return rows.join("");
  }

  private line(text: (column: Column) => string): string {
    const cells = this.columns.map((column) => {
      const content = text(column);
      return column.width === 0 ? content : fit(content, column.width);
    });
    return `${cells.join("  ").trimEnd()}\n`;
  }
}

const remark = (title: string, words: string): string => `  ${printable(`${title}: ${words}`)}\n`;

const widestName = 36;
const widestLabel = 30;

function columnsFor(subject: TableSubject): Column[] {
  const { images, classes, choice, methods, activation, narrow } = subject;
  const names = shortNames(images);
  const predictionOnly =
    "top" in choice && choice.top === 1 && !subject.negated && subject.versus === undefined;
  const probability = (of: (row: Row) => { readonly probability: number }): Column => ({
    ...(activation === "none" ? { title: "score", width: 9 } : { title: "probability", width: 11 }),
    text: (row) => strength(of(row).probability, activation),
  });
  const shown = (name: string) =>
    narrow && widthOf(name) > widestLabel ? fit(name, widestLabel) : name;
  const named = (index: number) => shown(className(classes[index] ?? { index, label: "" }));
  const explained: Column[] = [
    {
      title: "explained",
      width: fitting(explainable(subject, named), "explained"),
      text: ({ map }) => explainedName(map, named),
    },
    probability(({ map }) => map),
  ];
  return [
    {
      title: "image",
      width: fitting([...names.values()], "image", narrow ? widestName : Infinity),
      text: ({ explanation }) => names.get(explanation.image) ?? basename(explanation.image),
    },
    {
      title: "prediction",
      width: fitting(classes.map(className), "prediction", narrow ? widestLabel : Infinity),
      text: ({ explanation }) => shown(className(explanation.predictions[0]!)),
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

const fitting = (texts: readonly string[], title: string, widest = Infinity): number =>
  Math.min(
    widest,
    texts.reduce((most, text) => Math.max(most, widthOf(text)), widthOf(title)),
  );

/** All that may stand in the column of what is explained. */
function explainable(
  { classes, choice, negated, versus }: TableSubject,
  named: (index: number) => string,
): string[] {
  const asked = { ...(negated && { negated }), ...(versus && { versus }) };
  if ("set" in choice)
    return [explainedName({ classIndex: choice.set[0]!, set: choice.set, ...asked }, named)];
  const indices = "indices" in choice ? choice.indices : classes.map(({ index }) => index);
  return indices.map((classIndex) => explainedName({ classIndex, ...asked }, named));
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

type Explained = Pick<AttributionMap, "classIndex" | "set" | "versus" | "negated">;

/** “cat”, “cat + dog”, “cat − dog”, “against cat”. */
function explainedName(
  { classIndex, set = [classIndex], versus, negated }: Explained,
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
