import { GraphError, SightlineError } from "../error";
import type { Graph } from "../graph/graph";
import type { Stage } from "../method/work";
import type { Profile } from "../profile/profile";
import type { Programs } from "../runtime/programs";
import type { Program, Runtime, RuntimeOptions, Tensors } from "../runtime/runtime";
import type { SessionModel } from "../session";
import type { Tensor } from "../tensor";
import { checkImagesApart } from "./imagesApart";
import { Pace } from "./pace";
import {
  aimKey,
  planProgram,
  planStage,
  profileKey,
  type Aim,
  type MethodChoice,
  type Plan,
  type PlannedGraph,
  type PlannedStage,
} from "./program";

/** What a stage is planned for. */
export interface StageRequest extends Aim {
  readonly choice: MethodChoice;
  readonly stage: Stage;
  readonly layer: string;
}

/** How many plans, stages and paces are kept of a model; a program that is run again is planned anew. */
const mostKept = 64;

/** What was made last, by its key. */
class Recent<T> {
  /** Least recently used first. */
  private readonly entries = new Map<string, T>();

  get(key: string, make: () => T): T {
    const value = this.entries.get(key) ?? make();
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > mostKept) this.entries.delete(this.entries.keys().next().value!);
    return value;
  }
}

/** A plan, its program, and how to run it. */
export interface Ready<T> {
  readonly planned: T;
  run(feeds: Tensors): Promise<Tensors>;
}

/** The programs of one model: planned once, compiled when they are first run, and told with the model's file when they fail. */
export class ModelPrograms {
  private readonly plans = new Recent<PlannedGraph>();
  private readonly stages = new Recent<PlannedStage>();
  private readonly paces = new Recent<Pace>();
  private apart?: Promise<void>;

  constructor(
    private readonly model: SessionModel,
    private readonly runtime: Runtime,
    private readonly options: RuntimeOptions,
    private readonly programs: Programs,
  ) {}

  /** Throws `SightlineError` when the model cannot be extended so. */
  plan(plan: Plan, profile: Profile): PlannedGraph {
    return this.once(this.plans, planKey(plan, profile), ({ graph, anatomy, file }) =>
      planProgram(graph, anatomy, profile, plan, file),
    );
  }

  /** Plans and compiles. */
  async ready(plan: Plan, profile: Profile): Promise<Ready<PlannedGraph>> {
    const planned = this.plan(plan, profile);
    return this.compiled(planKey(plan, profile), planned);
  }

  async readyStage(request: StageRequest, profile: Profile): Promise<Ready<PlannedStage>> {
    const key = stageKey(request, profile);
    const planned = this.once(this.stages, key, ({ graph, anatomy, file }) =>
      planStage(graph, anatomy, profile, request, file),
    );
    return this.compiled(key, planned);
  }

  /** What is known of how many images a stage's runs should take. */
  pace(request: Omit<StageRequest, "images">, profile: Profile): Pace {
    const { graph, anatomy } = this.model;
    const batch = graph.types.get(anatomy.input.name)!.dims[0];
    return this.paces.get(stageKey(request, profile), () => new Pace(typeof batch !== "number"));
  }

  /** Before the first run, of a model whose file fixes a batch of several images: whether they keep apart. */
  async check(input: Tensor): Promise<void> {
    const { fixedBatch } = this.model;
    if (fixedBatch) await (this.apart ??= this.checkApart(input));
  }

  private checkApart(input: Tensor): Promise<void> {
    return checkImagesApart(this.model, this.model.fixedBatch!, input, async (graph, feeds) => {
      const program = await this.compile(graph);
      try {
        return await program.run(feeds);
      } finally {
        await program.dispose();
      }
    });
  }

  private once<T>(known: Recent<T>, key: string, plan: (model: SessionModel) => T): T {
    try {
      return known.get(key, () => plan(this.model));
    } catch (cause) {
      throw naming(this.model.file, cause);
    }
  }

  private async compiled<T extends { readonly graph: Graph }>(
    key: string,
    planned: T,
  ): Promise<Ready<T>> {
    const { identity, file } = this.model;
    const program = await this.programs.get(`${identity}|${this.runtime.id}|${key}`, () =>
      this.compile(planned.graph),
    );
    const run = (feeds: Tensors) =>
      program.run(feeds).catch((cause: unknown) => {
        throw naming(file, cause);
      });
    return { planned, run };
  }

  /** What the runtime folds may be wrong, such as a place that is not there. */
  private async compile(graph: Graph): Promise<Program> {
    try {
      return await this.runtime.compile(graph, this.options);
    } catch (cause) {
      throw naming(this.model.file, cause);
    }
  }
}

function planKey({ methods, layers, scores, ...aim }: Plan, profile: Profile): string {
  const asked = methods.map(({ method, values }) => [method.id, values]);
  return [JSON.stringify([asked, layers, scores]), aimKey(aim), profileKey(profile)].join("|");
}

function stageKey(
  { choice: { method }, stage, layer, ...aim }: StageRequest,
  profile: Profile,
): string {
  const what = JSON.stringify([method.id, stage.id, layer]);
  return [what, aimKey(aim), profileKey(profile)].join("|");
}

/** An error of planning, compiling or running, with the model's file in front unless it is named already. */
function naming(file: string, cause: unknown): unknown {
  if (!(cause instanceof SightlineError) || cause.message.startsWith(file)) return cause;
  const remedy = "check the model with onnx.checker, or choose another layer or method";
  const sentence =
    cause instanceof GraphError ? `${cause.message.replace(/\.$/, "")}; ${remedy}.` : cause.message;
  return new SightlineError(cause.code, `${file}: ${sentence}`, { ...cause.data, file }, { cause });
}
