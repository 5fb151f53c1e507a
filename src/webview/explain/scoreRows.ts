import { html, nothing, type TemplateResult } from "lit";
import type { Inspection, ScoreKind } from "../../explain/api";
import { oneClass, shownResult, shownSet } from "../../extension/wire/shown";
import type { PanelChoice, PanelState } from "../../extension/wire/viewApi";
import { checkbox } from "../control/checkbox";
import { choices } from "../control/choices";
import "../control/dropdown";
import type { DropdownItem } from "../control/dropdown";
import { act, choose } from "./event";
import { classLabel } from "./asked";

const nearest = { nearest: 3, alpha: 1 };

/** Which number of the class is explained. */
export function scoreRows(
  from: EventTarget,
  { choice }: PanelState,
  { scores }: Inspection,
): TemplateResult | typeof nothing {
  if (scores.length < 2) return nothing;
  const items = scores.map((score) => ({
    value: score,
    content: scoreNames[score],
    hint: scoreHints[score],
  }));
  const pick = (score: ScoreKind) =>
    // The contrast with the nearest classes is one of logits.
    choose(from, { score, ...(isNearest(choice) && score !== "logit" && { versus: "nothing" }) });
  return html`<span>Score</span> ${choices("segments", "Score", items, choice.score, pick)}`;
}

/** What the class is compared with, what it is explained together with, and the question turned round. */
export function moreOfScore(
  from: EventTarget,
  state: PanelState,
  inspection: Inspection,
): TemplateResult {
  const { choice } = state;
  const canCompare = inspection.classes.length > 1;
  return html`${canCompare ? [versusRow(from, state), togetherRow(from, state)] : nothing}
    <span class="wide"
      >${checkbox("What would make it less likely", choice.negated, (negated) =>
        choose(from, { negated }),
      )}</span
    >`;
}

function versusRow(from: EventTarget, state: PanelState): TemplateResult {
  const { choice } = state;
  const { versus } = choice;
  const own = versus !== "nothing" && "class" in versus ? versus.class : undefined;
  const items: readonly DropdownItem[] = [
    { value: "nothing", label: "nothing, by itself" },
    {
      value: "nearest",
      label: "its 3 nearest classes",
      disabled: choice.score !== "logit",
      hint: "Finer-CAM: what tells it from the classes whose logits are nearest; logits only",
    },
    ...classItems(state, own),
    { value: "other", label: "another class…" },
  ];
  const pick = ({ detail }: CustomEvent<string>) => {
    if (detail === "other") return act(from, "chooseVersus");
    if (detail === "nothing") return choose(from, { versus: detail });
    const to = detail === "nearest" ? nearest : { class: Number(detail) };
    choose(from, { ...oneClass(choice), versus: to });
  };
  const value = own !== undefined ? String(own) : isNearest(choice) ? "nearest" : "nothing";
  return html`<span>Rather than</span>
    <sightline-dropdown
      label="Rather than"
      .items=${items}
      .value=${value}
      @pick=${pick}
    ></sightline-dropdown>`;
}

function togetherRow(from: EventTarget, state: PanelState): TemplateResult | typeof nothing {
  const { choice } = state;
  const result = shownResult(state);
  if (!result) return nothing;
  const set = shownSet(choice, result);
  const items: readonly DropdownItem[] = [
    { value: "nothing", label: set.length > 1 ? `${set.length} classes` : "no other class" },
    ...classItems(state, undefined),
    { value: "other", label: "another class…" },
  ];
  const pick = ({ detail }: CustomEvent<string>) => {
    if (detail === "other") return act(from, "chooseTogether");
    choose(from, { classes: [...set, Number(detail)], versus: "nothing" });
  };
  return html`<span>Together with</span>
    <sightline-dropdown
      label="Together with"
      .items=${items}
      .value=${"nothing"}
      @pick=${pick}
    ></sightline-dropdown>`;
}

/** The listed classes that are not explained already, and one more. */
function classItems(state: PanelState, more: number | undefined): readonly DropdownItem[] {
  const result = shownResult(state);
  if (!result) return [];
  const shown = shownSet(state.choice, result);
  const listed = result.predictions.slice(0, 5).map(({ index }) => index);
  const indices = listed.filter((index) => !shown.includes(index) || index === more);
  if (more !== undefined && !indices.includes(more)) indices.push(more);
  return indices.map((index) => ({ value: String(index), label: classLabel(state, index) }));
}

function isNearest({ versus }: PanelChoice): boolean {
  return versus !== "nothing" && "nearest" in versus;
}

const scoreNames: Readonly<Record<ScoreKind, string>> = {
  logit: "Logit",
  probability: "Probability",
  logProbability: "Log-prob.",
};

const scoreHints: Readonly<Record<ScoreKind, string>> = {
  logit: "Explain the value before softmax or sigmoid",
  probability: "Explain the probability: other classes' evidence counts too",
  logProbability: "Explain the logarithm of the probability, which does not saturate",
};
