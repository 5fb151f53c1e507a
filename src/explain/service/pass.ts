import { imageSize } from "../method/helper/inputAxes";
import type { Interim } from "../method/work";
import type { Anatomy, Layer } from "../model/model";
import type { Size } from "../picture/geometry";
import type { Tensor } from "../tensor";
import { averageOf, viewsOf, type View } from "./augment";
import { fuse, meanOf } from "./fuse";
import type { RawMap } from "./map";
import { placeOf, type MethodChoice } from "./program";
import { layersOf, type Question } from "./question";

/** One input and one layer that a method is asked about; the maps of several passes are joined to one. */
export interface Pass {
  readonly view: View;
  /** Which of the question's layers. */
  readonly index: number;
  readonly layer: Pick<Layer, "name" | "extent">;
}

/** The inputs that a question is asked of: this one first. */
export function inputsOf(
  input: Tensor,
  { augmented = false }: Question,
  { input: { layout } }: Anatomy,
): readonly View[] {
  return augmented ? viewsOf(input, layout) : [{ input, isMirrored: false }];
}

/** The passes of one method, and how their maps become one. */
export interface Joint {
  readonly choice: MethodChoice;
  readonly passes: readonly Pass[];
  /** The size of the network's input. */
  readonly size: Size;
}

/** What a method is to be asked for a question: view by view, layer by layer. */
export function jointOf(
  choice: MethodChoice,
  views: readonly View[],
  question: Question,
  { layers, input }: Anatomy,
): Joint {
  const names = placeOf(choice) === "input" ? [question.layer] : layersOf(question);
  const read = names.map((name) => layers.find((layer) => layer.name === name) ?? { name });
  const passes = views.flatMap((view) => read.map((layer, index) => ({ view, index, layer })));
  return { choice, passes, size: imageSize(views[0]!.input.dims, input.layout) };
}

/** One map for each class of those of the passes, or of the first of them. */
export function join(
  { choice, passes, size }: Joint,
  results: readonly (readonly RawMap[])[],
): readonly RawMap[] {
  const { final } = choice.method;
  const isFused = passes.some(({ index }) => index > 0);
  const isAugmented = passes.some(({ view }) => view !== passes[0]!.view);
  const joinLayers = (done: readonly RawMap[], view: View) => {
    const own = done
      .map((map, i) => ({ ...map, ...passes[i]! }))
      .filter((result) => result.view === view)
      .map(({ dims, data, layer: { extent } }) => ({ dims, data, extent }));
    if (!isFused) return own[0]!;
    return placeOf(choice) === "both" ? meanOf(own, final) : fuse(own, final, size);
  };
  return results[0]!.map((_, k) => {
    const done = results.map((maps) => maps[k]!);
    const views = [...new Set(done.map((_map, i) => passes[i]!.view))];
    const maps = views.map((view) => ({ ...joinLayers(done, view), isMirrored: view.isMirrored }));
    return isAugmented ? averageOf(maps, final) : maps[0]!;
  });
}

/** The passes of a method of many runs, one after the other, as one work. */
export async function* runTogether(
  joint: Joint,
  run: (pass: Pass) => AsyncIterable<Interim>,
): AsyncIterable<Interim> {
  const { passes } = joint;
  if (passes.length === 1) return yield* run(passes[0]!);
  const whole: (readonly RawMap[])[] = [];
  let done = 0;
  for (const [i, pass] of passes.entries()) {
    let last: Interim | undefined;
    for await (const interim of run(pass)) {
      last = interim;
      const before = [...whole];
      yield {
        maps: () => join(joint, [...before, interim.maps()]),
        done: done + interim.done,
        planned: done + interim.planned * (passes.length - i),
        unit: interim.unit,
      };
    }
    if (!last) return;
    whole.push(last.maps());
    done += last.done;
  }
}
