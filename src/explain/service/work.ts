import { SightlineError } from "../error";
import type { Named, Stage, Work } from "../method/work";
import { classesInput } from "../model/target";
import { tensor, zeros, type Tensor } from "../tensor";
import type { ModelPrograms } from "./modelPrograms";
import type { Aim, MethodChoice } from "./program";

/** What a method of many runs works on. */
export interface Order extends Pick<Work, "subject" | "layer" | "input" | "profile" | "classes"> {
  readonly choice: MethodChoice;
  /** What is explained; how many images a run takes is found out. */
  readonly aim: Omit<Aim, "images">;
  /** The values of the inputs that choose what is explained, besides the classes. */
  readonly choosing: Readonly<Record<string, Tensor>>;
  /** What is explained at `input`, where it is known already. */
  readonly scores?: readonly number[];
}

/** What is explained, of the images themselves. */
export const scoreStage: Stage = { id: "score", plan: (_g, { value }) => ({ value }) };

/** A method's way to run graphs, in batches whose size is found by measuring while the work is done. */
export function workOn(order: Order, programs: ModelPrograms, now: () => number): Work {
  const { subject, layer, input, profile, classes, choice, aim } = order;
  const request = (stage: Stage) => ({ ...aim, choice, stage, layer });
  const run = async (stage: Stage, feeds: Named, images: number): Promise<Named> => {
    const { planned, run } = await programs.readyStage({ ...request(stage), images }, profile);
    const needed = planned.graph.inputs.map(({ name }) => {
      const value = feeds[name] ?? standing(name, order, images);
      if (value) return [name, value] as const;
      throw new SightlineError("internal", `Stage “${stage.id}” is not fed “${name}”.`, { name });
    });
    const results = await run(Object.fromEntries(needed));
    const outputs = Object.entries(planned.outputs);
    return Object.fromEntries(outputs.map(([name, value]) => [name, results[value]!]));
  };
  return {
    ...{ subject, layer, input, profile, classes },
    run: (stage, feeds = {}) => run(stage, feeds, 1),
    scores: async () => order.scores ?? Array.from((await run(scoreStage, {}, 1)).value!.data),
    async *batches(stage, count, feeds) {
      const pace = programs.pace(request(stage), profile);
      pace.again();
      for (let first = 0; first < count;) {
        const size = pace.next(count - first);
        // Compiling is no part of what is measured.
        await programs.readyStage({ ...request(stage), images: size }, profile);
        const started = now();
        const outputs = await run(stage, feeds(first, size), size);
        yield { first, count: size, outputs };
        // What is done with the outputs of a run is spared by larger ones too.
        pace.took(size, now() - started);
        first += size;
      }
    },
  };
}

/** What is fed under a name unless a stage feeds it itself: this image and these classes, once for each image. */
function standing(
  name: string,
  { subject, input, classes, choosing }: Order,
  images: number,
): Tensor | undefined {
  if (name === subject.anatomy.input.name) return repeated(input, images);
  if (name !== classesInput) return choosing[name];
  const indices = classes.flatMap((index) => new Array<number>(images).fill(index));
  return tensor("int64", indices, classes.length === 1 ? [images] : [classes.length, images]);
}

function repeated({ data, dims, type }: Tensor, images: number): Tensor {
  if (images === 1) return { data, dims, type };
  const all = zeros(type, [images, ...dims.slice(1)]);
  for (let i = 0; i < images; i++) all.data.set(data, i * data.length);
  return all;
}
