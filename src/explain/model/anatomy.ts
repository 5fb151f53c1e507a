import { SightlineError } from "../error";
import { printDims } from "../graph/dim";
import type { Dim, Graph } from "../graph/graph";
import { neededInputs } from "../graph/prune";
import { dtypes } from "../tensor";
import { findCamHead } from "./camHead";
import { findInputScaling } from "./inputScaling";
import { findLayers } from "./layers";
import { followLayouts } from "./layout/follow";
import { withChannels } from "./inputChannels";
import type { Anatomy, ImageInput } from "./model";
import { findScore } from "./score";

/**
 * The input that takes the image: the first with four axes of which one is 1 or 3 channels, by its own shape or by the convolution that reads it. Throws
 * `SightlineError("input")`.
 */
export function findImageInput(graph: Graph, file: string): ImageInput {
  for (const { name, type, dims } of graph.inputs) {
    if (!(dtypes[type].float || type === "uint8" || type === "int8")) continue;
    const known = withChannels(graph, name, dims);
    const layout = imageLayout(known);
    if (!layout) continue;
    const [n, a, b, c] = known as [Dim, Dim, Dim, Dim];
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
    graph.inputs.map(({ name, type, dims }) => `${name} ${type} ${printDims(dims)}`).join(", ") ||
    "none";
  throw new SightlineError(
    "input",
    `${file}: no input is shaped like an image, [N,C,H,W] or [N,H,W,C] of floats or 8-bit integers with 1 or 3 channels, as photos have (the inputs are: ${inputs}); ` +
      "choose an image classifier.",
    { file },
  );
}

/** Which layout a four-axis image input has: the axis of 1 or 3 channels decides, channels-first when both could be. */
export function imageLayout(dims: readonly Dim[]): "NCHW" | "NHWC" | undefined {
  if (dims.length !== 4) return undefined;
  const isChannels = (dim: Dim | undefined) => dim === 1 || dim === 3;
  if (isChannels(dims[1])) return "NCHW";
  if (isChannels(dims[3])) return "NHWC";
  return undefined;
}

/**
 * Everything that structure tells about a classifier whose image size is concrete: input, score, layers, head.
 *
 * @param output the classification output, when it was asked for.
 * @param names the values that the file names, which alone are offered as layers; absent = all.
 */
export function findAnatomy(
  graph: Graph,
  input: ImageInput,
  file: string,
  output?: string,
  names?: ReadonlySet<string>,
): Anatomy {
  const score = findScore(graph, file, output);
  checkFed(graph, input.name, score.logit, file);
  const layouts = followLayouts(graph, input.name, input.layout, score.logit);
  const { layers, reason } = findLayers(graph, input.name, score.logit, layouts, names);
  const camHead = findCamHead(graph, score.logit, score.classes, layers, layouts);
  const scaling = findInputScaling(graph, input.name);
  return { input, scaling, score, layers, layerReason: reason, camHead, layouts };
}

/** Throws `SightlineError("input")` when the score needs something else than the image. */
function checkFed(graph: Graph, image: string, logit: string, file: string): void {
  const inputs = neededInputs(graph, [logit]);
  const other = inputs.find(({ name }) => name !== image);
  if (!other && inputs.length === 0) {
    const problem = `the scores “${logit}” do not depend on the image “${image}”`;
    throw new SightlineError("input", `${file}: ${problem}; choose another output.`, { file });
  }
  if (!other) return;
  const problem = `besides the image “${image}” the model needs the input “${other.name}” ${printDims(other.dims)}, for which there is no value`;
  throw new SightlineError(
    "input",
    `${file}: ${problem}; export it with a constant (an initializer) in that input's place.`,
    { file, input: other.name },
  );
}
