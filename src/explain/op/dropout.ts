import { GraphError } from "../error";
import { map } from "./helper/elementwise";
import type { Op } from "./op";

/**
 * Dropout as a trained model has it: the input passes through and the mask is true everywhere.
 * https://onnx.ai/onnx/operators/onnx__Dropout.html
 */
export const dropout: Op = {
  name: "Dropout",
  attributes: { seed: undefined },
  shape: ({ node, inputs: [x], ints }) => {
    if (ints(2)?.[0] === 1) {
      throw new GraphError(
        node.name,
        "is a Dropout in training mode, which is random; export the model in evaluation mode",
      );
    }
    return [x!, { type: "bool", dims: x!.dims }];
  },
  eval: ([x]) => [x!, map(x!, () => 1, "bool")],
  vjp: (_g, { dy }) => [() => dy, null, null],
};
