import { writeFileSync } from "node:fs";
import { readIndex, type Case } from "./case";
import { runChild, type Task } from "./child";
import { checkInChildren } from "./children";
import { findings } from "./results";
import { pack } from "./selection";
import { summary } from "./summary";
import { table } from "./table";
import { outOfScope } from "./scope";

export interface Request {
  /** This program. */
  readonly bundle: string;
  /** Where export.py wrote the cases. */
  readonly folder: string;
  /** Lower case; cases whose name or operator contains one of them; none = all. */
  readonly words: readonly string[];
  /** What a whole run writes: every outcome as JSON, the Markdown file, and the cases that npm test runs. */
  readonly details: string;
  readonly table: string;
  readonly selection: string;
}

/** Runs the cases in scope, prints what came out, and writes the table. */
export async function main({
  bundle,
  folder,
  words,
  details,
  table: path,
  selection,
}: Request): Promise<void> {
  const index = readIndex(folder);
  const isWanted = ({ name, operator }: Case) =>
    words.length === 0 || words.some((word) => `${name} ${operator}`.toLowerCase().includes(word));
  const wanted = index.cases.filter(isWanted);
  const cases = wanted.filter((item) => !outOfScope(item));
  const outcomes = await checkInChildren(bundle, folder, cases);
  const found = findings(wanted, outcomes);
  console.log(summary(found));
  if (words.length > 0) return;
  writeFileSync(details, JSON.stringify(Object.fromEntries(outcomes), undefined, 2));
  writeFileSync(path, table(index, found));
  writeFileSync(selection, pack(folder, found.results));
  console.log(`\nwrote ${path} and ${selection}`);
}

if (process.argv[2] === "child") void runChild(JSON.parse(process.argv[3]!) as Task);
