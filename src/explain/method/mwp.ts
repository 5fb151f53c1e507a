import { SightlineError } from "../error";
import type { Builder } from "../graph/builder";
import { contrastOf, readFor, winnersAt } from "./excitation/contrast";
import { mapOf, propagate, topSignal } from "./excitation/propagate";
import { placeOf, readOut } from "./excitation/readOut";
import { refusal } from "./excitation/refusal";
import { wayOf, type Way } from "./excitation/way";
import { method, type Target } from "./method";

/**
 * Excitation backprop: the marginal winning probability of each place, summed over channels — Zhang et al., ECCV 2016, https://arxiv.org/abs/1608.00507, §3.2. The top signal is one-hot on the
 * logits, whatever the score; what speaks against a class (negated, compared) excites its dual unit, that with negated weights. Values ≥ 0 that sum to 1 where nothing is lost.
 */
export const mwp = method({
  id: "mwp",
  title: "MWP",
  paper: "Zhang et al., ECCV 2016",
  formula:
    "Σ_channels p, p' = x ⊙ fᵀ(w⁺, p ⊘ f(x, w⁺)) layer by layer from one-hot logits (eq. 1 and 10)",
  family: "excitation",
  readsAt: "layer",
  final: "none",
  parameters: { readOut },
  readsInput: (values) => values.readOut === "input",
  indifferentTo: { score: "Winning begins at the class scores themselves, whatever the score." },
  refuses({ graph, anatomy }, layer, values, asked) {
    const way = wayOf(graph, anatomy);
    if (asked?.isOpposed && typeof contrastOf(way, anatomy) === "string") {
      return (
        "MWP of what speaks against a class, as of the first class of a single output, needs one layer that makes the class scores, with constant weights, and this model has none; " +
        "explain the class itself, or choose Grad-CAM."
      );
    }
    return refusal(way, placeOf(anatomy, layer, values));
  },
  plan(g, target, values) {
    const way = wayOf(g.finish([]), target.anatomy);
    const place = placeOf(target.anatomy, target.layer, values);
    if (target.isOpposed) return opposed(g, way, target, place);
    return mapOf(g, target, propagate(g, way, topSignal(g, way, target), place, target));
  },
});

/** The map of a signal with negative numbers: to the layer below the classifier by the units and by their duals, from there on together. */
function opposed(g: Builder, way: Way, target: Target, place: string): string {
  const contrast = contrastOf(way, target.anatomy);
  if (typeof contrast === "string") throw new SightlineError("method", contrast);
  const { own, dual } = winnersAt(g, way, contrast, target);
  const p = g.op("Add", [
    own((top) => g.op("Relu", [top])).p,
    dual((top) => g.op("Relu", [g.op("Neg", [top])])).p,
  ]);
  const { at } = contrast;
  return mapOf(g, target, propagate(g, way, { at, p }, readFor(place, contrast), target));
}
