import type { AttributionMap, Inspection } from "../api";
import { methodById } from "../method/index";
import type { Manifest } from "../service/manifest";
import { printable } from "./textWidth";

/**
 * What was taken for granted, in a few lines for standard error: the model, its guesses, the layer, the runtime.
 *
 * @param fed `tensor` = nothing was made of an image, so that guesses about that say nothing.
 */
export function notesOn(
  inspection: Inspection,
  { layer, methods }: Pick<Manifest, "layer" | "methods">,
  fed: "image" | "tensor",
): string {
  const { model, outputs, score, profileSources } = inspection;
  const count = inspection.classes.length;
  const lines = [
    `model: ${model}, ${count} class${count === 1 ? "" : "es"}, ${inspection.runtime.reason}`,
    ...(inspection.facts.numbers === undefined ? [] : [`numbers: ${inspection.facts.numbers}`]),
    ...guesses(profileSources, fed),
    ...(outputs.length > 1
      ? [`output: ${score.output}, ${score.reason}; --output takes another`]
      : []),
    ...(layer.name === ""
      ? []
      : [`layer: ${[layer.name, ...(layer.fused ?? [])].join(", joined with ")}`]),
    ...methods.flatMap(({ id, title, caution }) =>
      caution === undefined || isRefused(inspection, id) ? [] : [`caution: ${title}: ${caution}`],
    ),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

/** What is remarked on maps, a line for each method of which it was not yet `told`. */
export function remarksOn(
  maps: readonly Pick<AttributionMap, "method" | "remark">[],
  told: Set<string>,
): string {
  const lines = maps.flatMap(({ method, remark }) =>
    remark === undefined ? [] : [`remark: ${methodById(method).title}: ${remark}`],
  );
  const fresh = [...new Set(lines)].filter((line) => !told.has(line));
  fresh.forEach((line) => told.add(line));
  return fresh.map((line) => `${printable(line)}\n`).join("");
}

const isRefused = ({ methods }: Inspection, id: string): boolean =>
  methods.find((method) => method.id === id)?.refused !== undefined;

/** The fields that say how an image becomes the input. */
const ofImages: ReadonlySet<string> = new Set([
  ...["size", "resize", "resizeTo", "kernel", "antialias", "fill"],
  ...["colour", "range", "mean", "std"],
]);

/** One line per guess, with the fields that it gave. */
function guesses(sources: Inspection["profileSources"], fed: "image" | "tensor"): string[] {
  const fields = new Map<string, string[]>();
  for (const [field, { from, detail, figures }] of Object.entries(sources)) {
    if (from !== "guess" || (fed === "tensor" && ofImages.has(field))) continue;
    const text = figures === undefined ? detail : `${detail} (${figures})`;
    fields.set(text, [...(fields.get(text) ?? []), field]);
  }
  return [...fields].map(([detail, names]) => `guessed ${names.join(", ")}: ${detail}`);
}
