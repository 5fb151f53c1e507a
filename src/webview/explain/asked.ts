import { shownMap, shownResult, shownSet } from "../../extension/wire/shown";
import type { PanelMap, PanelState } from "../../extension/wire/viewApi";
import { sideOf, type Side } from "./heat";
import { className } from "./words";

/** A class by its name. */
export function classLabel(state: PanelState, index: number): string {
  const known =
    state.inspection?.classes.find((one) => one.index === index) ??
    shownResult(state)?.predictions.find((one) => one.index === index);
  return className(known ?? { index, label: "" });
}

/** Whether more than a class's own score is asked for. */
export function isPlain(state: PanelState): boolean {
  const { classes, negated, versus } = state.choice;
  const isOne = classes === "predicted" || classes.length === 1;
  return isOne && !negated && versus === "nothing" && shownSide(state) === "for";
}

/** The side of the active tile's map that is drawn; of one that is not there yet, the chosen one. */
export function shownSide(state: PanelState): Side {
  const { evidence } = state.choice.look;
  const map = shownMap(state);
  return map ? sideOf(map, evidence) : evidence;
}

/** What a map shows: “Evidence for tabby rather than tiger cat”. */
export function askedWords(state: PanelState): string {
  const result = shownResult(state);
  if (!result) return "";
  const { negated, versus } = state.choice;
  const turned = negated !== (shownSide(state) === "against");
  const set = shownSet(state.choice, result).map((index) => classLabel(state, index));
  const subject = set.length > 1 ? `${listed(set)} together` : (set[0] ?? "");
  if (versus === "nothing") return `Evidence ${turned ? "against" : "for"} ${subject}`;
  if ("class" in versus) {
    const other = classLabel(state, versus.class);
    const [first, second] = turned ? [other, subject] : [subject, other];
    return `Evidence for ${first} rather than ${second}`;
  }
  const those = `its ${versus.nearest} nearest classes`;
  return turned
    ? `Evidence for ${those.replace("its", "the")} rather than ${subject}`
    : `Evidence for ${subject} rather than ${those}`;
}

/** Why nothing is drawn; `undefined` when something is. */
export function blankWords(state: PanelState, map: PanelMap): string | undefined {
  const { versus, look } = state.choice;
  const name = classLabel(state, map.classIndex);
  if (versus !== "nothing" && "class" in versus && versus.class === map.classIndex)
    return `${name} is compared with itself: choose another class, on either side.`;
  return sideOf(map, look.evidence) === "for" ? map.blank : undefined;
}

/** Whether a map is empty because all of its evidence is negative, which can be shown instead. */
export function hasOnlyAgainst({ blank, range, level }: PanelMap): boolean {
  return blank !== undefined && level !== "free" && range.max <= 0 && range.min < 0;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
