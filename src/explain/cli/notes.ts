import type { Inspection } from "../api";
import type { Manifest } from "../service/manifest";
import { printable } from "./textWidth";

/** What was taken for granted, in a few lines for standard error: the model, its guesses, the layer, the runtime. */
export function notesOn(inspection: Inspection, { layer }: Pick<Manifest, "layer">): string {
  const { model, outputs, score, profileSources } = inspection;
  const count = inspection.classes.length;
  const lines = [
    `model: ${model}, ${count} class${count === 1 ? "" : "es"}, ${inspection.runtime.reason}`,
    ...(inspection.facts.numbers === undefined ? [] : [`numbers: ${inspection.facts.numbers}`]),
    ...guesses(profileSources),
    ...(outputs.length > 1
      ? [`output: ${score.output}, ${score.reason}; --output takes another`]
      : []),
    ...(layer.name === "" ? [] : [`layer: ${layer.name}`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

/** One line per guess, with the fields that it gave. */
function guesses(sources: Inspection["profileSources"]): string[] {
  const fields = new Map<string, string[]>();
  for (const [field, { from, detail }] of Object.entries(sources)) {
    if (from === "guess") fields.set(detail, [...(fields.get(detail) ?? []), field]);
  }
  return [...fields].map(([detail, names]) => `guessed ${names.join(", ")}: ${detail}`);
}
