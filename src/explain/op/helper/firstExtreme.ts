import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { isConcrete, printDims } from "../../graph/dim";
import { sizeOf, tensor } from "../../tensor";
import type { Backward, Cotangent } from "../op";
import { axesOf, keptCotangent, keptOutput } from "./reduction";
import { mask } from "./rule";

/** Backward rule of ReduceMax and ReduceMin: of equal extremes the first in C order takes the gradient. */
export function toFirstExtreme(g: Builder, backward: Backward): (Cotangent | null)[] {
  const [x] = backward.inputs;
  return [
    () => {
      const axes = axesOf(g, backward);
      const dims = g.dims(x!).map((dim, axis) => (axes.includes(axis) ? dim : 1));
      if (!isConcrete(dims)) {
        throw new GraphError(
          backward.node.name,
          `${backward.node.op} has no gradient over axes of unknown size (${printDims(g.dims(x!))})`,
        );
      }
      const size = sizeOf(dims);
      const count = Array.from({ length: size }, (_, i) => i);
      const positions = g.constant(tensor("int64", count, dims));
      const extreme = g.op("Equal", [x!, keptOutput(g, backward)]);
      const nowhere = g.constant(tensor("int64", [size], []));
      const places = g.op("Where", [extreme, positions, nowhere]);
      const first = g.op("ReduceMin", [places, g.ints(axes)]);
      const chosen = mask(g, g.op("Equal", [positions, first]), x!);
      return g.op("Mul", [keptCotangent(g, backward), chosen]);
    },
    null,
  ];
}
