import type { Builder } from "../../graph/builder";
import type { Item, Layout } from "../../model/layout/layout";

/**
 * Numbers for each channel, [N,C], in a shape that broadcasts over a value of this layout whose axes are taken {@link apart}. Channels are counted as `flatten`
 * counts them.
 */
export function perChannel(g: Builder, numbers: string, layout: Layout): string {
  const items = layout.flat();
  const own = [...items.filter(isBatch), ...items.filter(isChannel)];
  const split = g.reshape(
    numbers,
    own.map(({ size }) => size),
  );
  const sorted = own.toSorted((a, b) => items.indexOf(a) - items.indexOf(b));
  const perm = sorted.map((item) => own.indexOf(item));
  const isOrdered = perm.every((axis, i) => axis === i);
  const ordered = isOrdered ? split : g.op("Transpose", [split], { perm });
  return g.reshape(
    ordered,
    items.map((item) => (own.includes(item) ? item.size : 1)),
  );
}

/** One axis for each factor of a layout: the value of one image, or of N. */
export function apart(g: Builder, value: string, layout: Layout, images: "one" | "all"): string {
  return g.reshape(
    value,
    layout.flat().map((item) => (isBatch(item) && images === "one" ? 1 : item.size)),
  );
}

const isBatch = ({ kind }: Item) => kind === "batch";
const isChannel = ({ kind }: Item) => kind === "channel" || kind === "other";
