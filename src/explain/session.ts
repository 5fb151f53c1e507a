import { shownClasses, type AttributionMap, type Prediction } from "./api";
import { SightlineError } from "./error";
import type { Graph } from "./graph/graph";
import type { Work } from "./method/work";
import type { Anatomy } from "./model/model";
import { alongsideInput, classesInput, referencesInput, versusInput } from "./model/target";
import type { Profile } from "./profile/profile";
import type { Programs } from "./runtime/programs";
import type { Runtime, RuntimeOptions, Tensors } from "./runtime/runtime";
import type { FixedBatch } from "./service/imagesApart";
import { answerParts, classesAtOnce, partsOf } from "./service/groups";
import { describeMap, unstack, type Made } from "./service/map";
import { causeWords, findCause } from "./service/diagnosis";
import { ModelPrograms } from "./service/modelPrograms";
import { inputsOf, join, jointOf, runTogether, type Pass } from "./service/pass";
import { rankClasses } from "./service/probability";
import { placeOf, type MethodChoice, type Plan, type PlannedGraph } from "./service/program";
import {
  aimOf,
  checkQuestion,
  chooseClasses,
  layersOf,
  placesOf,
  refusedOf,
  type ChosenClasses,
  type Question,
  type Refused,
} from "./service/question";
import { workOn, type Order } from "./service/work";
import { tensor, type Tensor } from "./tensor";

/** What a session needs to know of its model. */
export interface SessionModel {
  readonly file: string;
  /** Changes whenever the file does: programs of different identities are never mixed. */
  readonly identity: string;
  /** float32, image size concrete. */
  readonly graph: Graph;
  readonly anatomy: Anatomy;
  /** Where the file fixes a batch of several images: before the first run it is checked that they keep apart. */
  readonly fixedBatch?: FixedBatch;
}

export interface Answer {
  /** Best first: five, or as many as were asked for, or as there are. */
  readonly predictions: readonly Prediction[];
  /** Makes the maps, method by method in the order of the question; methods that have not begun have none yet. */
  maps(): readonly AttributionMap[];
  /** Whether this is the whole answer: the last one. */
  readonly whole: boolean;
  /** Of several methods those that have no map of this image, and why. */
  readonly refused: readonly Refused[];
  /** Milliseconds spent planning and compiling the first run; 0 when the program was there. */
  readonly prepared: number;
}

export interface WholeAnswer extends Omit<Answer, "maps"> {
  readonly maps: readonly AttributionMap[];
}

/** The part of a pass that decides what is run. */
interface WorkPlace {
  readonly view: Pick<Pass["view"], "input">;
  readonly layer: { readonly name: string };
}

/** What earlier runs have told of an input. */
type Known = Pick<Order, "scores">;

/** What the first run brings. */
interface FirstRun {
  readonly planned: PlannedGraph;
  readonly outputs: Tensors;
  readonly prepared: number;
  /** The numbers explained, where the question has use for them. */
  readonly scores: readonly number[];
  /** The nearest classes that the explained ones are compared with, where they are. */
  readonly references?: readonly number[];
}

/** One open model: plans programs for it, keeps them compiled, and runs them. */
export class Session {
  private readonly programs: ModelPrograms;

  constructor(
    readonly model: SessionModel,
    private readonly runtime: Runtime,
    private readonly options: RuntimeOptions,
    programs: Programs,
    private readonly now: () => number,
  ) {
    this.programs = new ModelPrograms(model, runtime, options, programs);
  }

  /** The class scores of one input, [1,classes], before any activation. */
  async logits(input: Tensor, profile: Profile): Promise<Tensor> {
    const question = {
      methods: [],
      layer: "",
      score: "logit",
      classes: { top: 1 },
      profile,
    } as const;
    const { planned, outputs } = await this.run(input, question, { of: [-1], alongside: [] });
    return outputs[planned.logits]!;
  }

  /**
   * Whether the question can be answered: throws `SightlineError` that names the model when it does not fit, or cannot be planned,
   * before any input is read.
   */
  prepare(question: Question): void {
    checkQuestion(this.model, question);
    const { of, ...chosen } = chooseClasses(this.model, question);
    const group = { ...chosen, of: of.slice(0, classesAtOnce) };
    this.programs.plan(planOf(question, group), question.profile);
  }

  /** The whole answer of {@link explain}. */
  async answer(input: Tensor, question: Question): Promise<WholeAnswer> {
    let last: Answer | undefined;
    for await (const answer of this.explain(input, question)) last = answer;
    return { ...last!, maps: last!.maps() };
  }

  /**
   * Explains one input, [1,C,H,W] or [1,H,W,C]: the prediction with all maps that take one run, then methods of many runs, again and again until they are
   * whole. Throws `SightlineError` when the question does not fit the model.
   */
  async *explain(input: Tensor, question: Question): AsyncIterable<Answer> {
    checkQuestion(this.model, question);
    const chosen = chooseClasses(this.model, question);
    if (chosen.of.length <= classesAtOnce)
      return yield* this.explainAtOnce(input, question, chosen);
    const { classes, methods, profile } = question;
    const { data } = await this.logits(input, profile);
    const predictions = rankClasses(data, profile).best(shownOf(classes));
    const indices =
      "top" in classes
        ? predictions.slice(0, chosen.of.length).map(({ index }) => index)
        : chosen.of;
    yield* answerParts(partsOf(methods, indices), { predictions, methods }, (part) =>
      this.explainAtOnce(
        input,
        { ...question, methods: part.methods },
        { ...chosen, of: part.classes },
      ),
    );
  }

  private async *explainAtOnce(
    input: Tensor,
    question: Question,
    chosen: ChosenClasses,
  ): AsyncIterable<Answer> {
    const first = await this.run(input, question, chosen);
    const { planned, outputs, prepared, scores, references } = first;
    const { methods } = question;
    const ranked = rankClasses(outputs[planned.logits]!.data, question.profile);
    const explained = ranked.asked(outputs[planned.classIndices]!.data, question.classes);
    const predictions = ranked.best(shownOf(question.classes));
    const made = new Map<MethodChoice, () => readonly AttributionMap[]>();
    const refused: Refused[] = [];
    const answer = (whole: boolean): Answer => ({
      ...{ predictions, whole, prepared, refused },
      maps: () => methods.flatMap((choice) => made.get(choice)?.() ?? []),
    });
    const chosenNow = { ...chosen, references, of: explained.map(({ index }) => index) };
    const atOnce = methods.filter(({ method }) => method.plan);
    const views = inputsOf(input, question, this.model.anatomy);
    const ran = new Map([[views[0], first]]);
    for (const view of atOnce.length > 0 ? views.slice(1) : []) {
      yield answer(false);
      ran.set(view, await this.run(view.input, question, chosenNow));
    }
    for (const choice of atOnce) {
      const joint = jointOf(choice, views, question, this.model.anatomy);
      const results = joint.passes.map(({ view, index }) =>
        mapsIn(ran.get(view)!, choice, index, explained.length),
      );
      const described = this.describe({ maps: join(joint, results) }, choice, explained, question);
      made.set(choice, () => described);
    }
    for (const choice of methods.filter(({ method }) => method.run)) {
      yield answer(false);
      const joint = jointOf(choice, views, question, this.model.anatomy);
      const run = (pass: Pass) =>
        this.runs(pass, choice, question, chosenNow, pass.view === views[0] ? { scores } : {});
      try {
        for await (const interim of runTogether(joint, run)) {
          const now = () => ({ ...interim, maps: interim.maps() });
          made.set(choice, () => this.describe(now(), choice, explained, question));
          yield answer(false);
        }
      } catch (cause) {
        refused.push(refusedOf(choice, cause, methods));
      }
    }
    yield answer(true);
  }

  /** The same model with other numbers in its weights, whose programs are kept in `programs` and nowhere else. */
  withWeights(graph: Graph, programs: Programs): Session {
    const { fixedBatch: _checked, ...model } = this.model;
    return new Session({ ...model, graph }, this.runtime, this.options, programs, this.now);
  }

  /** A way to run graphs of one's own that extend this model, or a part of it, for one input; programs are kept under the name of `choice`. */
  async work(input: Tensor, choice: MethodChoice, profile: Profile): Promise<Work> {
    await this.programs.check(input);
    const aim = { score: "logit", classes: 1 } as const;
    const order = { subject: this.model, layer: "", input, choice, profile, classes: [0], aim };
    return workOn({ ...order, choosing: {} }, this.programs, this.now);
  }

  /** Why a map that is zero, or no numbers, is so: one more sentence, where the network tells. */
  async causeOf(
    input: Tensor,
    question: Question,
    map: AttributionMap,
  ): Promise<string | undefined> {
    const choice = question.methods.find(({ method }) => method.id === map.method)!;
    const { alongside } = chooseClasses(this.model, question);
    const pass = { view: { input }, layer: { name: map.layer } };
    const work = this.workOf(pass, choice, question, { of: [map.classIndex], alongside });
    try {
      const cause = await findCause(work, map.layer);
      return cause && causeWords(cause);
    } catch (cause) {
      // A method that needs no gradient may have made the map.
      if (cause instanceof SightlineError && cause.code === "unsupportedOp") return undefined;
      throw cause;
    }
  }

  private runs(
    pass: Pass,
    choice: MethodChoice,
    question: Question,
    chosen: ChosenClasses,
    known: Known,
  ) {
    const work = this.workOf(pass, choice, question, chosen, known);
    return choice.method.run!(work, choice.values);
  }

  private workOf(
    { view: { input }, layer }: WorkPlace,
    choice: MethodChoice,
    question: Question,
    chosen: ChosenClasses,
    known: Known = {},
  ): Work {
    const order = {
      ...known,
      subject: this.model,
      layer: placeOf(choice) === "input" ? "" : layer.name,
      ...{ input, choice, profile: question.profile, classes: chosen.of },
      aim: aimOf(question, chosen),
      choosing: choosing(question, chosen),
    };
    return workOn(order, this.programs, this.now);
  }

  private describe(
    made: Made,
    choice: MethodChoice,
    explained: readonly Prediction[],
    question: Question,
  ): readonly AttributionMap[] {
    const { layers } = this.model.anatomy;
    const { layer } = question;
    const read = layers.find(({ name }) => name === layer) ?? { name: layer };
    const remarked = { ...made, ...this.remarkOn(choice, question) };
    return explained.map((prediction, k) =>
      describeMap(remarked, k, choice, prediction, read, question),
    );
  }

  private remarkOn(choice: MethodChoice, question: Question): Pick<Made, "remark"> {
    const { method, values } = choice;
    const remarks = placesOf(choice, question).map((place) =>
      method.remark?.(this.model, place, values),
    );
    const { score, negated } = method.indifferentTo ?? {};
    if (question.score !== "logit") remarks.push(score);
    if (question.negated) remarks.push(negated);
    const told = new Set(remarks.filter((remark) => remark !== undefined));
    return told.size > 0 ? { remark: [...told].join(" ") } : {};
  }

  private async run(input: Tensor, question: Question, chosen: ChosenClasses): Promise<FirstRun> {
    const started = this.now();
    await this.programs.check(input);
    const { planned, run } = await this.programs.ready(planOf(question, chosen), question.profile);
    const prepared = this.now() - started;
    const { of } = chosen;
    const outputs = await run({
      [this.model.anatomy.input.name]: input,
      [classesInput]: tensor("int64", of, of.length === 1 ? [1] : [of.length, 1]),
      ...choosing(question, chosen),
    });
    const scores = planned.value === undefined ? [] : Array.from(outputs[planned.value]!.data);
    const references = planned.references && [...outputs[planned.references]!.data];
    return { planned, outputs, prepared, scores, ...(references && { references }) };
  }
}

/** The maps, one for each class, that a run has made by a method at one of the question's layers. */
function mapsIn(
  { planned, outputs }: FirstRun,
  { method }: MethodChoice,
  at: number,
  classes: number,
) {
  return unstack(outputs[planned.maps[method.id]![at]!]!, classes);
}

/** How many of the best classes an answer tells. */
function shownOf(classes: Question["classes"]): number {
  return Math.max(shownClasses, "top" in classes ? classes.top : 0);
}

function planOf(question: Question, chosen: ChosenClasses): Plan {
  const atOnce = question.methods.filter(({ method }) => method.plan);
  const scores = atOnce.length < question.methods.length;
  const aim = aimOf(question, chosen);
  return { methods: atOnce, layers: layersOf(question), scores, ...aim, images: 1 };
}

/** The values of the inputs that choose what is explained, besides the classes themselves. */
function choosing({ versus }: Question, { of, alongside, references }: ChosenClasses): Tensors {
  const each = references && [of.length, references.length / of.length];
  return {
    ...(references && { [referencesInput]: tensor("int64", references, each) }),
    ...(versus && "class" in versus && { [versusInput]: tensor("int64", [versus.class]) }),
    ...(alongside.length > 0 && { [alongsideInput]: tensor("int64", alongside) }),
  };
}
