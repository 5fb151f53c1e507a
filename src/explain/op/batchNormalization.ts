import { GraphError } from "../error";
import { sizeOf, tensor } from "../tensor";
import { float, int } from "./helper/attribute";
import { alongChannels, sumPerChannel } from "./helper/channels";
import type { Op } from "./op";
import { scale as times, shift } from "./helper/rule";

/**
 * BatchNormalization in inference: https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
 *
 * X [N, C, …], scale, B, mean, var [C] → Y = scale·(X − mean)/√(var + ε) + B. The gradient by X reads parameters only, so that
 * Conv+BatchNormalization can be folded.
 */
export const batchNormalization: Op = {
  name: "BatchNormalization",
  attributes: { epsilon: 1e-5, momentum: 0.9, training_mode: 0 },
  shape: ({ node, inputs }) => {
    if (int(node, "training_mode") !== 0) {
      throw new GraphError(
        node.name,
        "BatchNormalization is in training mode (training_mode = 1), but must be exported for inference",
      );
    }
    return [inputs[0]!];
  },
  eval: ([x, scale, b, mean, variance], node) => {
    const epsilon = float(node, "epsilon");
    const plane = sizeOf(x!.dims.slice(2));
    const channels = scale!.data.length;
    const y = Float64Array.from(x!.data, (value, i) => {
      const c = Math.floor(i / plane) % channels;
      const deviation = Math.sqrt(variance!.data[c]! + epsilon);
      return (scale!.data[c]! * (value - mean!.data[c]!)) / deviation + b!.data[c]!;
    });
    return [tensor(x!.type, y, x!.dims)];
  },
  vjp: (g, { node, inputs, dy }) => {
    const [x, scale, , mean, variance] = inputs as [string, string, string, string, string];
    const rank = g.dims(x).length;
    const spread = () => shift(g, variance, float(node, "epsilon"));
    const factor = () => g.op("Div", [scale, g.op("Sqrt", [spread()])]);
    const normalised = () => {
      const centred = g.op("Sub", [x, alongChannels(g, mean, rank)]);
      return g.op("Div", [centred, alongChannels(g, g.op("Sqrt", [spread()]), rank)]);
    };
    const dScale = () => sumPerChannel(g, g.op("Mul", [dy, normalised()]), rank);
    const dShift = () => sumPerChannel(g, dy, rank);
    return [
      () => g.op("Mul", [dy, alongChannels(g, factor(), rank)]),
      dScale,
      dShift,
      () => times(g, g.op("Mul", [dShift(), factor()]), -1),
      () => times(g, g.op("Mul", [dScale(), g.op("Div", [scale, spread()])]), -0.5),
    ];
  },
};
