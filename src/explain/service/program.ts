import { SightlineError } from "../error";
import { Builder } from "../graph/builder";
import { fixBatch } from "../graph/fixBatch";
import type { Graph } from "../graph/graph";
import { prune } from "../graph/prune";
import { rewrite } from "../graph/rewrite";
import type { Method } from "../method/method";
import { complete, type ParameterValue, type Values } from "../method/parameter";
import type { Stage } from "../method/work";
import type { Anatomy } from "../model/model";
import { selectClasses, type SelectionRequest } from "../model/target";
import type { Profile } from "../profile/profile";

/** A method and the values of its parameters. */
export interface MethodChoice {
  readonly method: Method;
  readonly values: Values;
}

/** A method with the given values, its defaults for the others. Throws `SightlineError("method")` for what does not fit. */
export function asked(
  method: Method,
  given?: Readonly<Record<string, ParameterValue>>,
): MethodChoice {
  return { method, values: complete(method, given) };
}

/** Where a method reads, asked with these values. */
export function placeOf({ method, values }: MethodChoice): Method["readsAt"] {
  return method.readsInput?.(values) ? "input" : method.readsAt;
}

/** The part of a plan that says what is explained, and of how many classes and images. */
export interface Aim extends SelectionRequest {
  /** How many images one run takes; absent = any number. */
  readonly images?: number;
}

/** What one compiled program computes; equal plans on the same model share a program. */
export interface Plan extends Aim {
  /** Those of one run. */
  readonly methods: readonly MethodChoice[];
  /** Where methods that read at a layer read: each at all of them. */
  readonly layers: readonly string[];
  /** Whether the numbers explained are wanted too. */
  readonly scores?: boolean;
}

/** A model's graph extended by an explanation, with the names of what comes out. */
export interface PlannedGraph {
  readonly graph: Graph;
  /** [N,classes] before any activation. */
  readonly logits: string;
  /** int64 [N] or [K,N]: the classes explained. */
  readonly classIndices: string;
  /** [N] or [K,N]: the numbers explained, where they are wanted. */
  readonly value?: string;
  /** int64 [N,K,n]: the nearest classes that each is compared with, where it is. */
  readonly references?: string;
  /** Method id → its map at each of the layers, or its one map, before the final step. */
  readonly maps: Readonly<Record<string, readonly string[]>>;
}

type ScoreProfile = Pick<Profile, "activation" | "labels" | "backgroundClass">;

/** Extends a model by the score selection and every method of the plan; with no methods it is the forward pass alone. */
export function planProgram(
  graph: Graph,
  anatomy: Anatomy,
  profile: ScoreProfile,
  { methods, layers, images, scores, ...request }: Plan,
  file: string,
): PlannedGraph {
  const g = Builder.extend(graph, file);
  const selection = selectClasses(g, anatomy.score, profile, request);
  const maps = Object.fromEntries(
    methods.map(({ method, values }) => {
      if (!method.plan) throw new SightlineError("method", `${method.title} takes many runs.`);
      const places = placeOf({ method, values }) === "input" ? [""] : layers;
      const planned = places.map((layer) => {
        const target = { anatomy, layer, classes: request.classes, ...selection };
        // A graph's outputs keep their makers; behind Identity, simplification may change what makes a map.
        return g.op("Identity", [method.plan!(g, target, values)]);
      });
      return [method.id, planned];
    }),
  );
  const { logits, classIndices } = selection;
  const told = {
    ...(scores && { value: g.op("Identity", [selection.value]) }),
    ...(selection.references && { references: g.op("Identity", [selection.references]) }),
  };
  const outputs = [logits, classIndices, ...Object.values(told), ...Object.values(maps).flat()];
  return { graph: forImages(g.finish(outputs), images), logits, classIndices, ...told, maps };
}

/** A model's graph extended by one kind of run of a method. */
export interface PlannedStage {
  readonly graph: Graph;
  /** By the names that the stage gave them. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Extends a model by one kind of run. */
export function planStage(
  graph: Graph,
  anatomy: Anatomy,
  profile: ScoreProfile,
  { stage, layer, images, ...request }: Aim & { readonly stage: Stage; readonly layer: string },
  file: string,
): PlannedStage {
  const g = Builder.extend(beginning(graph, stage, anatomy.input.name), file);
  const selection = selectClasses(g, anatomy.score, profile, request);
  const made = stage.plan(g, { anatomy, layer, classes: request.classes, ...selection });
  const named = Object.entries(made).map(
    ([name, value]) => [name, g.op("Identity", [value])] as const,
  );
  const whole = g.finish(named.map(([, value]) => value));
  return { graph: forImages(prune(whole), images), outputs: Object.fromEntries(named) };
}

/** The model with what a stage puts in place of the image. */
function beginning(graph: Graph, { image: make }: Stage, image: string): Graph {
  if (!make) return graph;
  return rewrite(graph, {
    input(g, { name, ...type }) {
      if (name !== image) return void g.input(name, type.type, type.dims);
      const made = make(g, type);
      g.append({ op: "Identity", name: image, inputs: [made], outputs: [image], attributes: {} });
    },
  });
}

function forImages(graph: Graph, images: number | undefined): Graph {
  return images === undefined ? graph : fixBatch(graph, images);
}

/** Everything of an aim that decides the graph. */
export function aimKey({ versus, ...aim }: Aim): string {
  const contrast = versus && "class" in versus ? "class" : versus;
  const { classes, images, score, negated, alongside, referencesKnown } = aim;
  return JSON.stringify([classes, images, score, negated, contrast, alongside, referencesKnown]);
}

export function profileKey({ activation, backgroundClass, labels }: ScoreProfile): string {
  return [activation, backgroundClass, labels.length === 2].join("|");
}
