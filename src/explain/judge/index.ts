import type { JudgementInfo } from "../api";
import { SightlineError } from "../error";
import { averageDrop } from "./averageDrop";
import { averageIncrease } from "./averageIncrease";
import { deletion } from "./deletion";
import { insertion } from "./insertion";
import type { Judge } from "./judge";
import { road } from "./road";
import { sanity } from "./sanity";

/** Every test that a map can be put to, in the order in which they are offered. */
export const judges: readonly Judge[] = [
  deletion,
  insertion,
  averageDrop,
  averageIncrease,
  road,
  sanity,
];

/** What is said of each where they are offered. */
export const judgementInfos: readonly JudgementInfo[] = judges.map(({ id, title, meaning }) => ({
  id,
  title,
  meaning,
}));

/** The test with this id. Throws `SightlineError("usage")` that lists the ids there are. */
export function judgeById(id: string): Judge {
  const judge = judges.find((candidate) => candidate.id === id);
  if (judge) return judge;
  const ids = judges.map((one) => one.id).join(", ");
  throw new SightlineError("usage", `There is no test “${id}”; the tests are ${ids}.`, { id });
}
