import type { Tensor } from "../tensor";
import type { Exhibit } from "./judge";

/** How the numbers of an image lie in the network's input. */
export interface Pixels {
  readonly count: number;
  readonly channels: number;
  readonly width: number;
  /** Where channel `channel` of pixel number `pixel`, counted by rows, lies. */
  at(pixel: number, channel: number): number;
}

export function pixelsOf({ input, layout }: Pick<Exhibit, "layout"> & { input: Tensor }): Pixels {
  const [, a, b, c] = input.dims as [number, number, number, number];
  if (layout === "NHWC") {
    return { count: a * b, channels: c, width: b, at: (pixel, channel) => pixel * c + channel };
  }
  const count = b * c;
  return { count, channels: a, width: c, at: (pixel, channel) => channel * count + pixel };
}

/** The pixels from the least to the most relevant; equal ones in the order of the rows, as a stable sort leaves them. */
export function ascending(map: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: map.length }, (_, pixel) => pixel);
  return order.sort((a, b) => map[a]! - map[b]! || a - b);
}
