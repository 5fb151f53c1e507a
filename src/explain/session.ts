import {
  shownClasses,
  type AttributionMap,
  type ClassChoice,
  type Prediction,
  type ScoreKind,
} from "./api";
import { GraphError, SightlineError } from "./error";
import type { Graph } from "./graph/graph";
import { checkImagesApart, type FixedBatch } from "./service/imagesApart";
import { describeMap, unstack } from "./service/map";
import type { Method } from "./method/method";
import type { Anatomy } from "./model/model";
import type { Profile } from "./profile/profile";
import { classesInput, visibleClasses } from "./model/target";
import { rankClasses } from "./service/probability";
import { planProgram, type Plan, type PlannedGraph } from "./service/program";
import type { Programs } from "./runtime/programs";
import type { Program, Runtime, RuntimeOptions, Tensors } from "./runtime/runtime";
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

/** What is to be explained of one input. */
export interface Question {
  readonly methods: readonly Method[];
  readonly layer: string;
  readonly classes: ClassChoice;
  readonly score: ScoreKind;
  readonly profile: Profile;
}

export interface Answer {
  /** Best first: five, or as many as were asked for, or as there are. */
  readonly predictions: readonly Prediction[];
  readonly maps: readonly AttributionMap[];
  /** Milliseconds spent planning and compiling; 0 when the program was there. */
  readonly prepared: number;
}

/** One open model: plans programs for it, keeps them compiled, and runs them. */
export class Session {
  private readonly plans = new Map<string, PlannedGraph>();
  private apart?: Promise<void>;

  constructor(
    readonly model: SessionModel,
    private readonly runtime: Runtime,
    private readonly options: RuntimeOptions,
    private readonly programs: Programs,
    private readonly now: () => number,
  ) {}

  /** The class scores of one input, [1,classes], before any activation. */
  async logits(input: Tensor, profile: Profile): Promise<Tensor> {
    const plan: Plan = { methods: [], layer: "", classes: 1, score: "logit", images: 1 };
    const { planned, outputs } = await this.run(plan, profile, input, [-1]);
    return outputs[planned.logits]!;
  }

  /**
   * Whether the question can be answered: throws `SightlineError` that names the model when it does not fit, or cannot be planned,
   * before any input is read.
   */
  prepare(question: Question): void {
    const { methods, layer, score, profile } = question;
    this.check(question);
    const classes = this.chooseClasses(question).length;
    const plan: Plan = { methods, layer, classes, score, images: 1 };
    this.planned(planKey(plan, profile), plan, profile);
  }

  /** Explains one input, [1,C,H,W] or [1,H,W,C]. Throws `SightlineError` when the question does not fit the model. */
  async explain(input: Tensor, question: Question): Promise<Answer> {
    const { methods, layer, score, profile, classes } = question;
    this.check(question);
    const choice = this.chooseClasses(question);
    const plan: Plan = { methods, layer, classes: choice.length, score, images: 1 };
    const { planned, outputs, prepared } = await this.run(plan, profile, input, choice);
    const ranked = rankClasses(outputs[planned.logits]!.data, profile);
    const explained = Array.from(outputs[planned.classIndices]!.data, ranked.of);
    const read = this.model.anatomy.layers.find(({ name }) => name === layer) ?? { name: layer };
    const maps = methods.flatMap((method) =>
      unstack(outputs[planned.maps[method.id]!]!, explained.length).map((map, k) =>
        describeMap(map, method, explained[k]!, read, score),
      ),
    );
    const shown = Math.max(shownClasses, "top" in classes ? classes.top : 0);
    return { predictions: ranked.best(shown), maps, prepared };
  }

  private check({ methods, layer }: Pick<Question, "methods" | "layer">): void {
    const { anatomy, file } = this.model;
    const isLayer = anatomy.layers.some(({ name }) => name === layer);
    for (const method of methods) {
      if (method.readsAt === "layer" && !isLayer) {
        const problem =
          layer === ""
            ? `${method.title} reads at a layer, and this model has none: ${anatomy.layerReason}`
            : `there is no layer “${layer}” with rows and columns; sightline inspect lists the layers.`;
        throw new SightlineError("input", `${file}: ${problem}`, { file, layer });
      }
      const refusal = method.refuses(anatomy, layer);
      if (refusal)
        throw new SightlineError("method", `${file}: ${refusal}`, { file, method: method.id });
    }
  }

  /** The classes as the program takes them: ranks −1, −2 …, or indices. */
  private chooseClasses({ classes, profile }: Question): number[] {
    const { file, anatomy } = this.model;
    const count = visibleClasses(anatomy.score, profile);
    if ("top" in classes) {
      const ranked = count - (profile.backgroundClass === undefined ? 0 : 1);
      return Array.from(
        { length: Math.max(1, Math.min(classes.top, ranked)) },
        (_, rank) => -1 - rank,
      );
    }
    const wrong = classes.indices.find(
      (index) => !Number.isInteger(index) || index < 0 || index >= count,
    );
    if (wrong !== undefined) {
      const message = `${file}: there is no class ${wrong}; the classes are 0 to ${count - 1}.`;
      throw new SightlineError("input", message, { file, index: wrong });
    }
    return [...classes.indices];
  }

  private async run(
    plan: Plan,
    profile: Profile,
    input: Tensor,
    classes: readonly number[],
  ): Promise<{ planned: PlannedGraph; outputs: Tensors; prepared: number }> {
    const key = planKey(plan, profile);
    const started = this.now();
    const { fixedBatch } = this.model;
    if (fixedBatch) await (this.apart ??= this.checkApart(fixedBatch, input));
    const planned = this.planned(key, plan, profile);
    const program = await this.programs.get(
      `${this.model.identity}|${this.runtime.id}|${key}`,
      () => this.compile(planned.graph),
    );
    const prepared = this.now() - started;
    const dims = classes.length === 1 ? [1] : [classes.length, 1];
    const feeds = {
      [this.model.anatomy.input.name]: input,
      [classesInput]: tensor("int64", classes, dims),
    };
    const outputs = await program.run(feeds).catch((cause: unknown) => {
      throw naming(this.model.file, cause);
    });
    return { planned, outputs, prepared };
  }

  private checkApart(fixedBatch: FixedBatch, input: Tensor): Promise<void> {
    return checkImagesApart(this.model, fixedBatch, input, async (graph, feeds) => {
      const program = await this.compile(graph);
      try {
        return await program.run(feeds);
      } finally {
        await program.dispose();
      }
    });
  }

  /** What the runtime folds may be wrong, such as a place that is not there. */
  private async compile(graph: Graph): Promise<Program> {
    try {
      return await this.runtime.compile(graph, this.options);
    } catch (cause) {
      throw naming(this.model.file, cause);
    }
  }

  private planned(key: string, plan: Plan, profile: Profile): PlannedGraph {
    const known = this.plans.get(key);
    if (known) return known;
    const { graph, anatomy, file } = this.model;
    try {
      const planned = planProgram(graph, anatomy, profile, plan, file);
      this.plans.set(key, planned);
      return planned;
    } catch (cause) {
      throw naming(file, cause);
    }
  }
}

function planKey(plan: Plan, profile: Profile): string {
  const { methods, layer, classes, score, images } = plan;
  const { activation, backgroundClass, labels } = profile;
  const ids = methods.map(({ id }) => id).join();
  return [
    ids,
    layer,
    classes,
    score,
    images,
    activation,
    backgroundClass,
    labels.length === 2,
  ].join("|");
}

/** An error of planning, compiling or running, with the model's file in front unless it is named already. */
function naming(file: string, cause: unknown): unknown {
  if (!(cause instanceof SightlineError) || cause.message.startsWith(file)) return cause;
  const remedy = "check the model with onnx.checker, or choose another layer or method";
  const sentence =
    cause instanceof GraphError ? `${cause.message.replace(/\.$/, "")}; ${remedy}.` : cause.message;
  return new SightlineError(cause.code, `${file}: ${sentence}`, { ...cause.data, file }, { cause });
}
