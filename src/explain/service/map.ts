import type { AttributionMap, Prediction } from "../api";
import type { Interim } from "../method/work";
import { rangeOf } from "../range";
import { whyBlank } from "./blank";
import { placeOf, type MethodChoice } from "./program";
import { layersOf, type Question } from "./question";
import type { Layer } from "../model/model";
import { sizeOf, type Tensor } from "../tensor";

/** The maps of one input out of a stack [K,1,…] or, for K = 1, [1,…]: one per class, without the batch axis. */
export function unstack(stack: Tensor, classes: number): RawMap[] {
  const dims = stack.dims.slice(classes === 1 ? 1 : 2);
  const size = sizeOf(dims);
  return Array.from({ length: classes }, (_, k) => ({
    dims,
    data: new Float32Array(stack.data.subarray(k * size, (k + 1) * size)),
  }));
}

/** A map as a method makes it. */
export interface RawMap {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** What a method made of one input: maps by class, and what is known of them. */
export interface Made extends Partial<Omit<Interim, "maps">> {
  readonly maps: readonly RawMap[];
  readonly remark?: string;
}

/** The map of class number `k` with everything that says what it means. */
export function describeMap(
  made: Made,
  k: number,
  choice: MethodChoice,
  { index, label, logit, probability }: Prediction,
  { name, extent }: Pick<Layer, "name" | "extent">,
  question: Question,
): AttributionMap {
  const { score, negated, versus, classes } = question;
  const { method, values } = choice;
  const { dims, data } = made.maps[k]!;
  const place = placeOf(choice);
  const [, ...fusedLayers] = place === "input" ? [] : layersOf(question);
  const facts = Object.entries(made.facts ?? {}).map(
    ([fact, numbers]) => [method.facts![fact]!, numbers[k]!] as const,
  );
  const map = {
    method: method.id,
    parameters: values,
    classIndex: index,
    ...{ label, logit, probability, score },
    ...(negated && { negated }),
    ...(versus && { versus }),
    ...("set" in classes && { set: classes.set }),
    layer: place === "input" ? "" : name,
    ...(fusedLayers.length > 0 && { fusedLayers }),
    ...(question.augmented && { augmented: true }),
    dims,
    ...(place === "layer" && fusedLayers.length === 0 && extent && { extent }),
    ...(method.shows === "magnitude" && { shows: method.shows }),
    ...(method.level && { level: method.level }),
    final: method.final,
    range: rangeOf(data),
    ...progressOf(made, k),
    ...(facts.length > 0 && { facts: Object.fromEntries(facts) }),
    ...(made.remark !== undefined && { remark: made.remark }),
  };
  const blank = whyBlank(map, question.profile?.labels);
  return { ...map, data, ...(blank === undefined ? {} : { blank }) };
}

function progressOf(
  { done, planned, unit, standardError }: Made,
  k: number,
): Pick<AttributionMap, "progress"> {
  if (done === undefined || planned === undefined || unit === undefined) return {};
  const error = standardError && { standardError: standardError[k]! };
  return { progress: { done, planned, unit, ...error } };
}
