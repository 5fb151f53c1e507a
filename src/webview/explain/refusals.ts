import { html, type TemplateResult } from "lit";
import { refusalOf } from "../../extension/wire/shown";
import { changeTile } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { choose } from "./event";
import "./notice";
import { refusedValues } from "./refused";
import { tileNames, wholeName } from "./tileNames";

/** Why tiles have no map: each says whose notice it is where there are several, and acts on its own. */
export function refusals(from: EventTarget, state: PanelState): readonly TemplateResult[] {
  const { tiles } = state.choice;
  const names = tileNames(state).map(wholeName);
  return tiles.flatMap((tile, index) => {
    const error = refusalOf(state, tile);
    return error
      ? [
          html`<sightline-notice .error=${error} about=${tiles.length > 1 ? names[index]! : ""}
            >${error.code === "method" ? ways(from, state, index) : null}</sightline-notice
          >`,
        ]
      : [];
  });
}

/** What to do where a method refuses: with other values where these are the reason, else another method. */
function ways(from: EventTarget, state: PanelState, index: number): readonly TemplateResult[] {
  const { choice, inspection } = state;
  const tile = choice.tiles[index]!;
  const { method, parameters } = tile;
  const other = inspection?.methods.find(({ id, refused }) => id !== method && !refused);
  const byValues = refusedValues(state, tile).length > 0;
  const way = (label: string, isFirst: boolean, change: Partial<Tile>) =>
    button({
      label,
      appearance: isFirst ? "primary" : "secondary",
      press: () => choose(from, { ...changeTile({ ...choice, tile: index }, change), tile: index }),
    });
  const usual = { parameters: { ...parameters, [method]: {} } };
  return [
    ...(byValues ? [way("Reset to Defaults", true, usual)] : []),
    ...(other ? [way(`Use ${other.title}`, !byValues, { method: other.id })] : []),
  ];
}
