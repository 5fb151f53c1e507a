import type { Inspection } from "../../explain/api";
import type { PickerItem } from "../control/search";

type Layer = Inspection["layers"][number];

/** Operators that only move numbers: their layers show what the one before shows. */
const moving = new Set([
  "Cast",
  "Flatten",
  "Identity",
  "Reshape",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** Layers as entries of a picker: those of one size together, the ends of blocks and of stages marked, what lies inside a block toned down. */
export function layerItems(layers: readonly Layer[], shown: string): readonly PickerItem[] {
  const offered = layers.filter(
    ({ name, op, reached }) => name === shown || (reached && !moving.has(op)),
  );
  const stages = new Map<string, Layer[]>();
  for (const layer of offered)
    stages.set(sizeOf(layer), [...(stages.get(sizeOf(layer)) ?? []), layer]);
  return offered.map((layer) => itemOf(layer, stages.get(sizeOf(layer))!));
}

const sizeOf = ({ height, width }: Layer): string => `${height} × ${width}`;

function itemOf(layer: Layer, stage: readonly Layer[]): PickerItem {
  const { name, op, channels, height, width, trunk } = layer;
  // Where everything is on the trunk, as in VGG, there are no blocks.
  const hasBlocks = stage.some((other) => !other.trunk);
  const isLast = layer === (stage.findLast((other) => other.trunk) ?? stage.at(-1));
  const facts = [
    `${op}, ${channels} channels of ${height} × ${width}`,
    ...(trunk && hasBlocks ? ["end of a block: every way to the score goes through it"] : []),
    ...(isLast ? ["the last of its size"] : []),
    ...(layer.default ? ["the default"] : []),
  ];
  return {
    value: name,
    name,
    detail: op,
    size: `${channels}×${height}×${width}`,
    tags: [...(isLast ? ["last"] : []), ...(trunk && hasBlocks && !isLast ? ["block"] : [])],
    group: sizeOf(layer),
    starred: layer.default,
    minor: !trunk && hasBlocks,
    hint: `${name}: ${facts.join("; ")}`,
  };
}
