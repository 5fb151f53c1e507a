import type { Node } from "../../graph/graph";
import { between } from "./classifier";
import { withoutRule } from "./rules";
import { liveInputs, type Way } from "./way";

/** Why excitation backprop stops on its way from the score to a value, in one sentence that names the node; `undefined` when it arrives. */
export function refusal(way: Way, place: string): string | undefined {
  const node = withoutRule({ way, kept: new Set([place]) }, between(way, place, way.score));
  if (!node) return undefined;
  return (
    `Excitation backprop has no rule for ${node.op} (node “${node.name}”)${reason(way, node)}; ` +
    "choose a layer behind it, or use Grad-CAM."
  );
}

function reason(way: Way, node: Node): string {
  const isProduct = liveInputs(way, node).length > 1;
  return isProduct
    ? ", which combines two values that both depend on the image, as gates, attention and normalizations do"
    : ", whose units do not only excite";
}
