import { text } from "./helper/attribute";
import { combine } from "./helper/bits";
import { broadcast } from "./helper/elementwise";
import type { Op } from "./op";

/** BitShift: https://onnx.ai/onnx/operators/onnx__BitShift.html */
export const bitShift: Op = {
  name: "BitShift",
  attributes: { direction: undefined },
  shape: (context) => broadcast(context),
  eval: ([x, by], node) => {
    const left = text(node, "direction") === "LEFT";
    return [combine(x!, by!, (a, b) => (left ? a << beyond(b) : a >> beyond(b)))];
  },
};

/** Shifts by less than nothing, as unsigned numbers, go beyond every width. */
function beyond(by: bigint): bigint {
  return by < 0n ? 64n : by;
}
