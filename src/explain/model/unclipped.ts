import { producers, type Node } from "../graph/graph";

/** Operators that keep the elements in their order. */
const moving = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

/**
 * The real number that a quantized score was rounded from, in any shape; a score that is not quantized is itself. Quantized class scores end
 * at the largest of the calibration images: beyond it the class that the network is surest of would have no gradient.
 */
export function unclipped(nodes: readonly Node[], score: string): string {
  const makers = producers({ nodes });
  let found = score;
  let value = score;
  for (let maker = makers.get(value); maker; maker = makers.get(value)) {
    const [input] = maker.inputs as [string];
    const rounding = maker.op === "DequantizeLinear" ? makers.get(input) : undefined;
    if (rounding?.op === "QuantizeLinear") found = value = rounding.inputs[0]!;
    else if (moving.has(maker.op)) value = input;
    else break;
  }
  return found;
}
