import { SightlineError } from "../error";
import type { Runtime, RuntimeChoice } from "./runtime";

/**
 * Takes the first runtime that can be used here, or the `wanted` one. Throws `SightlineError("runtime")` with the cause of each that
 * cannot, or the ids that there are when there is no such runtime.
 */
export async function choose(
  runtimes: readonly Runtime[],
  wanted?: string,
): Promise<RuntimeChoice> {
  const candidates = wanted === undefined ? runtimes : runtimes.filter(({ id }) => id === wanted);
  if (candidates.length === 0) {
    const ids = runtimes.map(({ id }) => id).join(", ");
    throw new SightlineError("runtime", `There is no runtime “${wanted}”; choose one of: ${ids}.`);
  }
  const causes: string[] = [];
  for (const runtime of candidates) {
    const status = await runtime.describe();
    if (status.available) {
      return { runtime, reason: [status.description, whyThis(wanted, causes)].join(": ") };
    }
    causes.push(`${runtime.id} cannot be used because ${status.reason}`);
  }
  throw new SightlineError("runtime", `No runtime can run the model: ${causes.join("; ")}.`, {
    causes,
  });
}

function whyThis(wanted: string | undefined, causes: readonly string[]): string {
  if (wanted !== undefined) return "it was asked for";
  return causes.length > 0 ? causes.join("; ") : "it is the first choice";
}
