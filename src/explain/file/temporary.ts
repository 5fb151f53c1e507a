import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * A file is written under a temporary name beside its place and renamed when it is whole. The name holds the writer's process id, so
 * that whoever ends a process can clean up after it.
 */
let count = 0;

/** A name in the same folder that no other file has. */
export function temporaryName(name: string): string {
  return `.${name}.${process.pid}-${count++}.tmp`;
}

/** Removes what a process that has ended left in a folder. Never throws: there may be nothing to remove, or no folder. */
export function removeHalfWritten(folder: string, pid: number): void {
  const half = new RegExp(`^\\..*\\.${pid}-\\d+\\.tmp$`);
  try {
    for (const name of readdirSync(folder)) if (half.test(name)) rmSync(join(folder, name));
  } catch {
    // The folder is not there: nothing was written.
  }
}
