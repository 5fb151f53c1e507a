import type { ExplainRequest, Inspection } from "../api";

/** The layer a request reads at: the one it names, else the profile's, else the default; empty when there is none. */
export function chosenLayer(
  request: Pick<ExplainRequest, "layer">,
  inspection: Pick<Inspection, "profile" | "layers">,
): string {
  const wanted = request.layer === "auto" ? inspection.profile.layer : request.layer;
  return wanted === "auto"
    ? (inspection.layers.find((layer) => layer.default)?.name ?? "")
    : wanted;
}
