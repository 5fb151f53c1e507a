import type { FlowAxis, FlowRule } from "./flow";
import { hasPlaces, kindOf, whole } from "./layout";

/**
 * GridSample: [batch, channel, …places] of the first input at the places [batch, …places, coordinate] that the second names. Where those are made for each place of a map
 * (deformable convolution), the result has the places of that map; otherwise places of its own (a spatial transformer).
 */
export const sampling: FlowRule = ({ dims, layout }) => {
  const [map, grid] = [layout(0), layout(1)];
  if (!map) return undefined;
  const axes = dims.map((dim, i): FlowAxis => {
    if (i < 2) return { axis: map[i]!, from: [[0, i]] };
    const own = grid?.[i - 1] ?? [];
    if (hasPlaces(own)) return { axis: own, from: [[1, i - 1]] };
    return { axis: whole(kindOf(map[i]!) ?? "other", dim), from: [] };
  });
  return { axes };
};
