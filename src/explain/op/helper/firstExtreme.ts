import type { Builder } from "../../graph/builder";
import type { Backward, Cotangent } from "../op";
import { axesOf, keptCotangent, keptOutput, placesWithin } from "./reduction";
import { mask } from "./rule";

/** Backward rule of ReduceMax and ReduceMin: of equal extremes the first in C order takes the gradient. */
export function toFirstExtreme(g: Builder, backward: Backward): (Cotangent | null)[] {
  const [x] = backward.inputs;
  return [
    () => {
      const { places, count } = placesWithin(g, backward);
      const extreme = g.op("Equal", [x!, keptOutput(g, backward)]);
      const candidates = g.op("Where", [extreme, places, count]);
      const first = g.op("ReduceMin", [candidates, g.ints(axesOf(g, backward))]);
      const chosen = mask(g, g.op("Equal", [places, first]), x!);
      return g.op("Mul", [keptCotangent(g, backward), chosen]);
    },
    null,
  ];
}
