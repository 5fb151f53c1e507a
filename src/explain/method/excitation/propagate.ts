import { SightlineError } from "../../error";
import { gradient } from "../../gradient";
import type { Builder } from "../../graph/builder";
import { flatten } from "../helper/activation";
import { channelsFirst } from "../helper/inputGradient";
import type { Target } from "../method";
import { excitation } from "./rules";
import type { Way } from "./way";

/** A value and the winning probability of each of its units, in the shape of a cotangent of it. */
export interface Winning {
  readonly at: string;
  readonly p: string;
}

/** Carries winning probabilities back from one value to another: linear in them. `duals` = the nodes whose weights are negated. */
export function propagate(
  g: Builder,
  way: Way,
  { at, p }: Winning,
  to: string,
  { classes }: Pick<Target, "classes">,
  duals?: ReadonlySet<string>,
): Winning {
  if (to === at) return { at, p };
  const rules = excitation({ way, kept: new Set([at, to]), duals });
  const [arrived] = gradient(g, { of: at, wrt: [to], seed: p, classes, rules });
  if (arrived) return { at: to, p: arrived };
  const message = `“${at}” does not depend on “${to}”; choose a layer before it.`;
  throw new SightlineError("method", message, { layer: to });
}

/** The classes that are explained, as a signal at the class scores: 1 for each, −1 for one that is compared with. */
export function topSignal(g: Builder, way: Way, { logitSeed, classes }: Target): Winning {
  const lead = classes === 1 ? [] : [classes];
  return { at: way.score, p: g.reshape(logitSeed, [...lead, ...g.dims(way.score)]) };
}

/** The winning probability of each place, summed over channels: [N,h,w] at a layer or [N,H,W] at the image, with K in front when several classes are explained. */
export function mapOf(g: Builder, target: Target, { at, p }: Winning): string {
  const { input } = target.anatomy;
  const sum = (value: string, axis: number) =>
    g.op("ReduceSum", [value, g.ints([axis])], { keepdims: 0 });
  if (at === input.name) return sum(channelsFirst(g, p, input.layout), -3);
  const { flat, height, width } = flatten(g, p, { ...target, layer: at }, target.classes > 1);
  const places = sum(flat, -2);
  return g.reshape(places, [...g.dims(places).slice(0, -1), height, width]);
}
