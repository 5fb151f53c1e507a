import { kept, type FlowAxis, type FlowRule } from "./flow";
import { hasPlaces } from "./layout";

/**
 * GridSample: [batch, channel, …places] of the first input at the places [batch, …places, coordinate] that the second names. Where those are made for each place of a map
 * (deformable convolution), the result has the places of that map. Where no map has a part in them (a spatial transformer, a mirror), nothing tells where
 * the result lies.
 */
export const sampling: FlowRule = ({ dims, layout }) => {
  const [map, grid] = [layout(0), layout(1)];
  if (!map || !grid?.slice(1, -1).some(hasPlaces)) return undefined;
  const axes = dims.map((_, i): FlowAxis => {
    return i < 2 ? kept(map, i) : { axis: grid[i - 1]!, from: [[1, i - 1]] };
  });
  return { axes };
};
