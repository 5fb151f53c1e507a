import type { AttributionMap } from "../api";
import type { ShuffledStep } from "../judge/judge";
import { Programs } from "../runtime/programs";
import type { Answer } from "../session";
import type { Judged } from "./judging";
import { finished } from "./grid";
import type { MethodChoice } from "./program";
import type { Question } from "./question";
import { shuffleWeights, type ShuffledWeights } from "./shuffledWeights";

/** In how many steps a network loses what it has learned, if it has as many layers. */
const steps = 8;

/** How many orders of all weights are tried; a method of many runs is asked less often. */
const orders = { oneRun: 5, manyRuns: 3 };

/** The share of the budget for compiled programs that those of shuffled weights have: they are used once, beside those of the model. */
const memoryShare = 1 / 16;

/** Milliseconds between two looks at a map that grows. */
const lookPause = 150;

/** The maps of all classes, with a share of the layers shuffled. */
interface Stage {
  readonly share: number;
  readonly maps: readonly AttributionMap[];
}

/** The maps of the same network with its weights shuffled: made once for all classes of a method, as long as maps are judged together. */
export class ShuffledMaps {
  private weights: { readonly order: number; readonly made: Promise<ShuffledWeights> } | undefined;
  private readonly made = new Map<string, readonly Stage[]>();

  /** @param maps all that are judged together. */
  constructor(
    private readonly judged: Judged,
    private readonly maps: readonly AttributionMap[],
  ) {}

  async *of(map: AttributionMap): AsyncGenerator<ShuffledStep> {
    const known = this.made.get(map.method);
    for (const stage of known ?? []) yield { done: 1, ...stepOf(stage, map) };
    if (known) return;
    const choice = this.judged.question.methods.find(({ method }) => method.id === map.method)!;
    const { layers } = await this.weightsIn(0);
    const shufflings = choice.method.run ? inTheEnd(layers, orders.manyRuns) : cascade(layers);
    const made: Stage[] = [];
    for (const [i, { order, count }] of shufflings.entries()) {
      const share = count / layers;
      const asked = this.questionOf(choice, map.method);
      for await (const step of this.explain(await this.weightsIn(order), count, asked)) {
        if (step.maps) made.push({ share, maps: step.maps });
        const done = (i + step.part) / shufflings.length;
        yield step.maps ? { done, ...stepOf(made.at(-1)!, map) } : { done };
      }
    }
    this.made.set(map.method, made);
  }

  async dispose(): Promise<void> {
    const weights = await this.weights?.made.catch(() => undefined);
    this.weights = undefined;
    await weights?.dispose();
  }

  /** Those of one order at a time: they may be large. */
  private async weightsIn(order: number): Promise<ShuffledWeights> {
    if (this.weights?.order !== order) {
      await this.dispose();
      const { platform, session, signal } = this.judged;
      this.weights = { order, made: shuffleWeights(platform, session.model, order, signal) };
    }
    return this.weights!.made;
  }

  private questionOf(choice: MethodChoice, method: string): Question {
    const { question } = this.judged;
    const same = this.maps.filter((map) => map.method === method);
    const indices = same.map(({ classIndex }) => classIndex);
    const classes = "set" in question.classes ? question.classes : { indices };
    return { ...question, methods: [choice], classes };
  }

  /** Explains the image with `count` layers shuffled; the last step has the maps. */
  private async *explain(
    weights: ShuffledWeights,
    count: number,
    question: Question,
  ): AsyncGenerator<{ readonly part: number; readonly maps?: readonly AttributionMap[] }> {
    const { platform, session, input } = this.judged;
    const programs = new Programs(memoryShare * platform.settings.memory);
    try {
      const other = session.withWeights(weights.graph(count), programs);
      let looked = platform.now();
      for await (const answer of other.explain(input, question)) {
        if (answer.whole) yield { part: 1, maps: answer.maps() };
        else if (platform.now() - looked >= lookPause) {
          yield { part: partOf(answer) };
          looked = platform.now();
        }
      }
    } finally {
      programs.drop(() => true);
    }
  }
}

function partOf(answer: Answer): number {
  const { done, planned } = answer.maps()[0]?.progress ?? { done: 0, planned: 1 };
  return done / planned;
}

/** How many layers are shuffled, and in which order their numbers are put. */
interface Shuffling {
  readonly order: number;
  readonly count: number;
}

/** About equally many layers more each time, in the end all; these in several orders. */
function cascade(layers: number): Shuffling[] {
  const stages = Math.min(layers, steps);
  const before = Array.from({ length: stages - 1 }, (_, i) => ({
    order: 0,
    count: Math.round(((i + 1) * layers) / stages),
  }));
  return [...before, ...inTheEnd(layers, orders.oneRun)];
}

const inTheEnd = (layers: number, times: number): Shuffling[] =>
  Array.from({ length: times }, (_, order) => ({ order, count: layers }));

function stepOf({ share, maps }: Stage, { classIndex }: AttributionMap) {
  const map = maps.find((one) => one.classIndex === classIndex)!;
  return { share, map: { dims: map.dims, data: finished(map) } };
}
