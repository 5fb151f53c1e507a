import { float } from "./helper/attribute";
import { broadcast, map, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";

/**
 * Sightline's own: the gradient of Clip and of Relu (low = 0) by their input.
 *
 * Y, dY → dX: dY where low < Y < high, else 0. dY may have axes in front of Y's (classes), and either may broadcast. Where it goes through is a
 * step, which has no gradient itself.
 */
export const clipGrad: Op = {
  name: "ClipGrad",
  private: true,
  attributes: { low: -Infinity, high: Infinity },
  shape: (context) => broadcast(context, context.inputs[1]!.type),
  eval: ([y, dy], node) => {
    const [low, high] = [float(node, "low"), float(node, "high")];
    const inside = map(y!, (v) => (v > low && v < high ? 1 : 0));
    return [mapPairs(inside, dy!, (open, v) => (open ? v : 0), dy!.type)];
  },
  vjp: (g, { node, inputs: [y], dy: cotangent }) => [
    null,
    () => g.op("ClipGrad", [y!, cotangent], node.attributes),
  ],
};
