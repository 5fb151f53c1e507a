import type { Case, Index } from "./case";
import type { Outcome } from "./check";

export function table(_index: Index, _outcomes: ReadonlyMap<string, Outcome>): string {
  return "";
}
