import type { Case, Index } from "./case";
import type { Outcome } from "./check";

export function table(_index: Index, _results: readonly (readonly [Case, Outcome])[]): string {
  return "";
}
