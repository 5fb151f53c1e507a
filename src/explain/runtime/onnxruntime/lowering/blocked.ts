import type { Builder } from "../../../graph/builder";
import { isConcrete } from "../../../graph/dim";
import { tensor } from "../../../tensor";

/** The channels that onnxruntime's blocked layout takes at once on the widest processors. */
const block = 16;

/**
 * Whether a value has the shape of a map that onnxruntime's convolutions keep in their blocked layout. What is done to it there must be what that layout
 * has: Conv with a fused sum and activation, Mul, pooling, Concat, Upsample; anything else means a way out and a way back.
 */
export function isBlocked(g: Builder, x: string): boolean {
  const { type, dims } = g.valueType(x);
  const [, channels] = dims;
  const hasBlocks = typeof channels === "number" && channels % block === 0;
  return type === "float32" && dims.length === 4 && isConcrete(dims) && hasBlocks;
}

/** factor · x + shift in the blocked layout: a depthwise 1×1 convolution. */
export function scaled(g: Builder, x: string, factor: number, shift = 0): string {
  const channels = g.dims(x)[1] as number;
  const filled = (value: number, dims: readonly number[]) =>
    g.constant(tensor("float32", new Float32Array(channels).fill(value), dims));
  const bias = shift === 0 ? [] : [filled(shift, [channels])];
  const inputs = [x, filled(factor, [channels, 1, 1, 1]), ...bias];
  return g.op("Conv", inputs, { group: channels, kernel_shape: [1, 1] });
}

/** Every element repeated `times` along rows and columns, which the blocked layout has too. */
export function stretched(g: Builder, x: string, times: readonly number[]): string {
  const scales = g.constant(tensor("float32", [1, 1, ...times]));
  const attributes = {
    coordinate_transformation_mode: "asymmetric",
    mode: "nearest",
    nearest_mode: "floor",
  };
  return g.op("Resize", [x, "", scales], attributes);
}
