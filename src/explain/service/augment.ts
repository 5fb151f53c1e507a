import type { ImageInput } from "../model/model";
import { sizeOf, type Tensor } from "../tensor";
import { meanOf } from "./fuse";
import type { RawMap } from "./map";

/** One of the inputs that are explained together. */
export interface View {
  readonly input: Tensor;
  readonly isMirrored: boolean;
}

/** What the network's input is multiplied by, as pytorch-grad-cam's `aug_smooth` does. */
const factors = [1, 0.9, 1.1];

/** The input, its mirror image, and both times 0.9 and 1.1; the input as it is comes first. */
export function viewsOf(input: Tensor, layout: ImageInput["layout"]): readonly View[] {
  const axis = layout === "NCHW" ? 3 : 2;
  return [false, true].flatMap((isMirrored) => {
    const turned = isMirrored ? mirrored(input, axis) : input;
    return factors.map((factor) => ({ isMirrored, input: times(turned, factor) }));
  });
}

/** The mean over views: each map behind its final step, divided by its largest value, and turned back. */
export function averageOf(
  maps: readonly (RawMap & Pick<View, "isMirrored">)[],
  final: "relu" | "none",
): RawMap {
  const back = maps.map((map) => (map.isMirrored ? mirrored(map, map.dims.length - 1) : map));
  return meanOf(back, final);
}

function times(input: Tensor, factor: number): Tensor {
  return factor === 1 ? input : { ...input, data: input.data.map((value) => value * factor) };
}

/** The same numbers in the opposite order along one axis. */
function mirrored<T extends Pick<Tensor, "dims" | "data">>(value: T, axis: number): T {
  const length = value.dims[axis]!;
  const inner = sizeOf(value.dims.slice(axis + 1));
  const data = value.data.map((_, i) => {
    const at = Math.floor(i / inner) % length;
    return value.data[i + (length - 1 - 2 * at) * inner]!;
  });
  return { ...value, data };
}
