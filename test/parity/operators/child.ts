import { writeSync } from "node:fs";
import { readIndex } from "./case";
import { checkCase, type Care, type Outcome, type Way } from "./check";

/** What a child is asked to do. */
export interface Task {
  readonly folder: string;
  readonly cases: readonly { readonly name: string; readonly known: Care["known"] }[];
}

/** What a child says, as one line of JSON each. */
export type Message =
  | { readonly name: string; readonly way: Way }
  | { readonly name: string; readonly outcome: Outcome };

/** At once, since the process may end in the middle of what follows. */
function say(message: Message): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** Checks the cases, one after the other. */
export async function runChild({ folder, cases }: Task): Promise<void> {
  const byName = new Map(readIndex(folder).cases.map((item) => [item.name, item]));
  for (const { name, known } of cases) {
    const announce = (way: Way) => say({ name, way });
    say({ name, outcome: await checkCase(folder, byName.get(name)!, { announce, known }) });
  }
  process.exit(0);
}
