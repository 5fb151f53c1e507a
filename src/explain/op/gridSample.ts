import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { printDims } from "../graph/dim";
import { sizeOf, stridesOf, tensor } from "../tensor";
import { text } from "./helper/attribute";
import { pickedSamples, putBackSamples, samplesOf, type Samples } from "./helper/samples";
import { samplesAt } from "./helper/sampling";
import { count } from "./helper/select";
import type { Backward, Op } from "./op";

/**
 * GridSample: https://onnx.ai/onnx/operators/onnx__GridSample.html
 *
 * X [N, C, …], grid [N, …, axes] → Y [N, C, …]. As in onnxruntime and PyTorch, padding is applied to the samples around a position; the
 * ONNX reference moves the position itself first, which differs for cubic interpolation.
 */
export const gridSample: Op = {
  name: "GridSample",
  attributes: { align_corners: 0, mode: "linear", padding_mode: "zeros" },
  shape: ({ node, inputs: [x, grid] }) => {
    const rank = x!.dims.length;
    if (grid!.dims.length !== rank || grid!.dims[rank - 1] !== rank - 2) {
      throw new GraphError(
        node.name,
        `samples ${printDims(x!.dims)} at a grid of shape ${printDims(grid!.dims)}`,
      );
    }
    const dims = [...x!.dims.slice(0, 2), ...grid!.dims.slice(1, -1)];
    return [{ type: x!.type, dims }];
  },
  eval: ([x, grid], node) => {
    const [batch, channels, ...sizes] = x!.dims as [number, number, ...number[]];
    const dims = [batch, channels, ...grid!.dims.slice(1, -1)];
    const strides = stridesOf(sizes);
    const [plane, positions] = [sizeOf(sizes), sizeOf(grid!.dims.slice(1, -1))];
    const y = new Float64Array(sizeOf(dims));
    for (let n = 0; n < batch; n++) {
      for (let p = 0; p < positions; p++) {
        const samples = strides.reduce<(readonly [at: number, weight: number])[]>(
          (before, stride, axis) => {
            const at = (n * positions + p + 1) * sizes.length - 1 - axis;
            const along = samplesAt(node, grid!.data[at]!, sizes[axis]!);
            return before.flatMap(([offset, weight]) =>
              along.map(([place, factor]) => [offset + place * stride, weight * factor] as const),
            );
          },
          [[0, 1]],
        );
        for (let c = n * channels; c < (n + 1) * channels; c++) {
          for (const [offset, weight] of samples) {
            y[c * positions + p]! += weight * x!.data[c * plane + offset]!;
          }
        }
      }
    }
    return [tensor(x!.type, y, dims)];
  },
  vjp: (g, backward) => [
    () => byData(g, backward),
    text(backward.node, "mode") === "nearest" ? null : () => byGrid(g, backward),
  ],
};

/** Every share of the cotangent is added where its sample lies. */
function byData(g: Builder, { node, inputs, dy }: Backward): string {
  const [x, grid] = inputs as [string, string];
  const met = samplesOf(g, node, x, grid);
  const weights = g.reshape(met.weights, [...g.dims(met.weights), 1]);
  return putBackSamples(g, x, met, g.op("Mul", [rowsOf(g, x, met, dy), weights]));
}

/** How much the samples' weights change, times the samples. */
function byGrid(g: Builder, { node, inputs, dy }: Backward): string {
  const [x, grid] = inputs as [string, string];
  const met = samplesOf(g, node, x, grid);
  const products = g.op("Mul", [rowsOf(g, x, met, dy), pickedSamples(g, x, met)]);
  const summed = g.op("ReduceSum", [products, g.ints([-1])], { keepdims: 0 });
  const parts = met.slopes().map((slope) => {
    const sum = g.op("ReduceSum", [g.op("Mul", [summed, slope]), g.ints([-2])], { keepdims: 0 });
    return g.reshape(sum, [...g.cotangentDims(grid).slice(0, -1), 1]);
  });
  return g.op("Concat", parts, { axis: -1 });
}

/** A cotangent [*, N, C, …] as [*, N, 1, positions, C]. */
function rowsOf(g: Builder, x: string, { positions }: Samples, dy: string): string {
  const [batch, channels] = g.dims(x);
  const lead = g.dims(dy).slice(0, -g.dims(x).length);
  const flat = g.reshape(dy, [...lead, batch!, channels!, positions]);
  const [n, c, p] = [0, 1, 2].map((axis) => axis + lead.length);
  const rows = g.op("Transpose", [flat], { perm: [...count(lead.length), n!, p!, c!] });
  return g.reshape(rows, [...lead, batch!, 1, positions, channels!]);
}
