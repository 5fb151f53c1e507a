import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import type { Dim, Graph } from "../graph/graph";
import { dtypes } from "../tensor";
import { axesOf, imageLayout } from "./axes";
import { findCamHead } from "./camHead";
import { findLayers } from "./layers";
import type { Anatomy, ImageInput } from "./model";
import { findScore } from "./score";

/** The input that takes the image: the first with four axes of which one is 1 or 3 channels. Throws `SightlineError("input")`. */
export function findImageInput(graph: Graph, file: string): ImageInput {
  for (const { name, type, dims } of graph.inputs) {
    const layout = imageLayout(dims);
    if (!layout || !(dtypes[type].float || type === "uint8")) continue;
    const [n, a, b, c] = dims as [Dim, Dim, Dim, Dim];
    const [channels, height, width] = layout === "NCHW" ? [a, b, c] : [c, a, b];
    const fixed = (dim: Dim) => (typeof dim === "number" ? dim : undefined);
    return {
      name,
      type,
      layout,
      channels: channels as number,
      height: fixed(height),
      width: fixed(width),
      batch: fixed(n),
    };
  }
  const inputs =
    graph.inputs.map(({ name, dims }) => `${name} ${printDims(dims)}`).join(", ") || "none";
  throw new SightlineError(
    "input",
    `${file}: no input is shaped like an image, [N,C,H,W] or [N,H,W,C] with 1 or 3 channels (the inputs are: ${inputs}); ` +
      "choose an image classifier.",
    { file },
  );
}

/**
 * Everything that structure tells about a classifier whose image size is concrete: input, score, layers, head.
 *
 * @param output the classification output, when it was asked for.
 */
export function findAnatomy(
  graph: Graph,
  input: ImageInput,
  file: string,
  output?: string,
): Anatomy {
  const score = findScore(graph, file, output);
  const axes = axesOf(graph, input.name, input.layout);
  const { layers, reason } = findLayers(graph, input.name, score.logit, axes);
  const camHead = findCamHead(graph, score.logit, score.classes, layers, axes);
  return { input, score, layers, layerReason: reason, camHead, axes };
}
