import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sightline-"));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The user “nobody”: file permissions do not bind the superuser, so tests about them step down. */
const nobody = 65534;

export async function withoutPrivileges(work: () => Promise<void>): Promise<void> {
  const own = process.geteuid?.();
  if (own !== 0) return work();
  process.seteuid!(nobody);
  try {
    await work();
  } finally {
    process.seteuid!(own);
  }
}
