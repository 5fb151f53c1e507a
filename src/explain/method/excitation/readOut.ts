import type { Anatomy } from "../../model/model";
import { choice } from "../parameter";

/** Where a map of excitation backprop is read. */
export const readOut = choice({
  title: "Read at",
  meaning: "Whether the map is read at the chosen layer, or at the network's input.",
  default: "layer",
  options: ["layer", "input"],
});

/** The value that is read. */
export function placeOf(
  { input }: Pick<Anatomy, "input">,
  layer: string,
  values: { readonly readOut: "layer" | "input" },
): string {
  return values.readOut === "input" ? input.name : layer;
}
