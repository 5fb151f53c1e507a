import type { AttributionMap } from "../api";
import type { Answer } from "../session";
import type { MethodChoice } from "./program";
import { refusedOf, type Refused } from "./question";

/** So many classes are explained in one run; a backward pass holds its values once for each of them. */
export const classesAtOnce = 16;

/** A part of a question: some of its methods, for some of its classes. */
export interface Part {
  readonly methods: readonly MethodChoice[];
  readonly classes: readonly number[];
}

/** The parts in which methods are asked about more classes than one run takes. What only reads scores has all of them from the same runs. */
export function partsOf(methods: readonly MethodChoice[], classes: readonly number[]): Part[] {
  const isForward = ({ method }: MethodChoice) => method.run !== undefined && !method.goesBack;
  const groups: (readonly number[])[] = [];
  for (let from = 0; from < classes.length; from += classesAtOnce)
    groups.push(classes.slice(from, from + classesAtOnce));
  const back = methods.filter((choice) => !isForward(choice));
  const forward = methods.filter(isForward);
  return [
    ...groups.map((group) => ({ methods: back, classes: group })),
    { methods: forward, classes },
  ].filter((part) => part.methods.length > 0);
}

/** The answers to the parts, one after the other, as answers to the whole. */
export async function* answerParts(
  parts: readonly Part[],
  all: Pick<Answer, "predictions"> & { readonly methods: readonly MethodChoice[] },
  explain: (part: Part) => AsyncIterable<Answer>,
): AsyncIterable<Answer> {
  const done: AttributionMap[] = [];
  const refused: Refused[] = [];
  let prepared: number | undefined;
  const answer = (maps: () => readonly AttributionMap[], whole: boolean): Answer => ({
    predictions: all.predictions,
    whole,
    refused,
    prepared: prepared ?? 0,
    maps: () => {
      const made = [...done, ...maps()];
      return all.methods.flatMap(({ method }) => made.filter((map) => map.method === method.id));
    },
  });
  for (const part of parts) {
    const methods = part.methods.filter(
      ({ method }) => !refused.some((one) => one.method === method.id),
    );
    if (methods.length === 0) continue;
    try {
      let last: Answer | undefined;
      for await (last of explain({ ...part, methods })) {
        prepared ??= last.prepared;
        yield answer(last.maps, false);
      }
      done.push(...last!.maps());
      refused.push(...last!.refused);
    } catch (cause) {
      if (methods.length > 1) throw cause;
      refused.push(refusedOf(methods[0]!, cause, all.methods));
    }
  }
  yield answer(() => [], true);
}
