import type { Case } from "./case";
import type { Outcome } from "./check";
import { outOfScope } from "./scope";

export type Result = readonly [Case, Outcome];

/** What a run found out. */
export interface Findings {
  /** All cases of the ONNX project that were asked for, in scope or not. */
  readonly cases: readonly Case[];
  /** Those in scope. */
  readonly results: readonly Result[];
  /** The same in other forms, as far as onnxruntime agrees that the other form means the same. */
  readonly restated: readonly Result[];
}

export function findings(cases: readonly Case[], outcomes: ReadonlyMap<string, Outcome>): Findings {
  const results = cases.flatMap((item): Result[] => {
    const outcome = outcomes.get(item.name);
    return outcome ? [[item, outcome]] : [];
  });
  return {
    cases: cases.filter(({ restated }) => !restated),
    results: results.filter(([{ restated }]) => !restated),
    restated: results.filter(([{ restated }, { alone }]) => restated && !alone),
  };
}

/** The numbers of a run, or of one operator. */
export interface Numbers {
  readonly total: number;
  readonly evaluated: number;
  readonly compiled: number;
  /** Of those that do not pass in the onnxruntime runtime: how many onnxruntime fails at without Sightline too. */
  readonly lacking: number;
  /** How many have a gradient to be built, and in how many it is right. */
  readonly slopes: number;
  readonly gradient: number;
  readonly alone: number;
}

export function numbersOf(results: readonly Result[]): Numbers {
  const number = (is: (outcome: Outcome) => boolean) =>
    results.filter(([, outcome]) => is(outcome)).length;
  return {
    total: results.length,
    evaluated: number(({ evaluated }) => evaluated === ""),
    compiled: number(({ compiled }) => compiled === ""),
    lacking: number(({ compiled, alone }) => compiled !== "" && alone !== ""),
    slopes: number(({ gradient }) => gradient !== undefined),
    gradient: number(({ gradient }) => gradient === ""),
    alone: number(({ alone }) => alone === ""),
  };
}

/** One way in which a case does not pass. */
export interface Failure {
  readonly name: string;
  readonly way: string;
  readonly why: string;
}

/** The way of a case that onnxruntime fails at without Sightline too. */
export const lackOfOnnxruntime = "onnxruntime (without Sightline too)";

export function failuresOf([{ name }, outcome]: Result): Failure[] {
  const { evaluated, compiled, gradient = "", alone } = outcome;
  const runtime = alone ? lackOfOnnxruntime : "onnxruntime";
  const ours =
    evaluated === compiled
      ? { [`eval, ${runtime}`]: evaluated }
      : { eval: evaluated, [runtime]: compiled };
  return Object.entries({ ...ours, gradient }).flatMap(([way, why]) =>
    why ? [{ name, way, why: short(why) }] : [],
  );
}

/** A message without what it says of files and sources, and without the remedy, which is always the same here. */
function short(message: string): string {
  return message
    .replace(/^\S+\.onnx: /, "")
    .replace(/; export the model .*$/, "")
    .replace(/\S*onnxruntime_src\S+ /, "")
    .slice(0, 160);
}

/** Why how many cases are out of scope. */
export function excluded(cases: readonly Case[]): [reason: string, times: number][] {
  return count(cases.flatMap((item) => outOfScope(item) ?? []));
}

/** Each word with how often it comes, in alphabetical order. */
export function count(words: readonly string[]): [word: string, times: number][] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort();
}
