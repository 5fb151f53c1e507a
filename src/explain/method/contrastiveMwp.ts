import { SightlineError } from "../error";
import { between } from "./excitation/classifier";
import { contrastOf, readFor, winnersAt } from "./excitation/contrast";
import { mapOf, propagate } from "./excitation/propagate";
import { placeOf, readOut } from "./excitation/readOut";
import { refusal } from "./excitation/refusal";
import { wayOf } from "./excitation/way";
import { method } from "./method";
import { text } from "./parameter";

/**
 * Contrastive excitation backprop: at the layer below the classifier, the winning probabilities of the class less those of its dual unit, that with negated weights; from there on as MWP — Zhang et al.,
 * ECCV 2016, https://arxiv.org/abs/1608.00507, §3.3. Nothing is cut off before the last step; the signed numbers sum to 0 where both lose nothing.
 */
export const contrastiveMwp = method({
  id: "contrastiveMwp",
  title: "Contrastive MWP",
  paper: "Zhang et al., ECCV 2016",
  formula:
    "ReLU(Σ_channels p), p = p⁺ − p⁻ below the classifier, p⁻ with its weights negated (§3.3)",
  family: "excitation",
  readsAt: "layer",
  final: "relu",
  parameters: {
    readOut,
    contrastAt: text({
      title: "Contrast at",
      meaning:
        "The name of the value where the contrast is taken, in front of the weights that are negated; empty for the layer below the classifier.",
      automatic: "the layer below the classifier",
      default: "",
    }),
  },
  readsInput: (values) => values.readOut === "input",
  indifferentTo: { score: "Winning begins at the class scores themselves, whatever the score." },
  refuses({ graph, anatomy }, layer, values) {
    const way = wayOf(graph, anatomy);
    const contrast = contrastOf(way, anatomy, values.contrastAt);
    if (typeof contrast === "string") return contrast;
    const place = placeOf(anatomy, layer, values);
    const read = readFor(place, contrast);
    if (read === contrast.at || between(way, read, contrast.at).length > 0)
      return refusal(way, read);
    return `Contrastive MWP takes its contrast at “${contrast.at}”, and “${place}” does not lie before it; choose an earlier layer.`;
  },
  remark({ graph, anatomy }, layer, values) {
    const contrast = contrastOf(wayOf(graph, anatomy), anatomy, values.contrastAt);
    const place = placeOf(anatomy, layer, values);
    if (typeof contrast === "string" || readFor(place, contrast) === place) return undefined;
    return `“${place}” holds the class scores of each place: the map is that of the layer below, “${contrast.at}”, where the contrast is taken.`;
  },
  plan(g, target, values) {
    const way = wayOf(g.finish([]), target.anatomy);
    const contrast = contrastOf(way, target.anatomy, values.contrastAt);
    if (typeof contrast === "string") throw new SightlineError("method", contrast);
    const { own, dual } = winnersAt(g, way, contrast, target);
    const p = g.op("Sub", [own((top) => top).p, dual((top) => top).p]);
    const place = readFor(placeOf(target.anatomy, target.layer, values), contrast);
    return mapOf(g, target, propagate(g, way, { at: contrast.at, p }, place, target));
  },
});
