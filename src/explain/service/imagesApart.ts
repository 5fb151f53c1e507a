import { FormatError } from "../error";
import { fixBatch } from "../graph/fixBatch";
import type { Graph } from "../graph/graph";
import { prune } from "../graph/prune";
import type { Tensors } from "../runtime/runtime";
import { tensor, type Tensor } from "../tensor";
import type { SessionModel } from "../session";

/** A model as its exporter fixed the batch, at more than one image. */
export interface FixedBatch {
  readonly graph: Graph;
  readonly images: number;
}

/** Larger batches than this are not run as the exporter fixed them, but with two images. */
const mostImages = 16;
/** How far scores may lie apart, as a share of the largest: dynamic quantization chooses its steps for the whole batch. */
const tolerance = 0.02;

/**
 * Whether the images of a batch that the exporter fixed keep apart: an image alone, as it is run, must have the scores that it has as the last of a
 * batch. Throws `FormatError` where it has others.
 *
 * @param run computes a graph's outputs.
 * @param input one image, [1,…].
 */
export async function checkImagesApart(
  { file, graph, anatomy }: SessionModel,
  { graph: fixed, images }: FixedBatch,
  input: Tensor,
  run: (graph: Graph, feeds: Tensors) => Promise<Tensors>,
): Promise<void> {
  const { logit } = anatomy.score;
  const scores = async (whole: Graph, value: Tensor) => {
    const outputs = await run(prune(whole, [logit]), { [anatomy.input.name]: value });
    return outputs[logit]!.data;
  };
  const alone = await scores(fixBatch(graph, 1), input);
  const together =
    images <= mostImages
      ? await scores(fixed, lastOf(images, input))
      : await scores(fixBatch(graph, 2), lastOf(2, input));
  if (isClose([...alone], [...together.slice(-alone.length)])) return;
  throw new FormatError(
    file,
    `its batch is fixed at ${images} images, and an image has other scores alone than among others, so some layer mixes the images of a batch`,
    "export it in evaluation mode, with a batch of 1 or a dynamic one",
  );
}

/** A batch that ends in the image, behind noise of its size. */
function lastOf(images: number, { type, dims, data }: Tensor): Tensor {
  let largest = 1;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  const others = Float32Array.from(
    { length: (images - 1) * data.length },
    (_, i) => largest * Math.sin(i * i + 1),
  );
  return tensor(type, [...others, ...data], [images, ...dims.slice(1)]);
}

/** NaN is close to everything: what is not a number is reported when it is explained. */
function isClose(a: readonly number[], b: readonly number[]): boolean {
  const largest = Math.max(...[...a, ...b].map(Math.abs));
  return !a.some((value, i) => Math.abs(value - b[i]!) > tolerance * largest);
}
