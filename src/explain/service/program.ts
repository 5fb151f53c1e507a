import type { ScoreKind } from "../api";
import { Builder } from "../graph/builder";
import { fixBatch } from "../graph/fixBatch";
import type { Graph } from "../graph/graph";
import type { Method } from "../method/method";
import type { Anatomy } from "../model/model";
import type { Profile } from "../profile/profile";
import { selectClasses } from "../model/target";

/** What one compiled program computes; equal plans on the same model share a program. */
export interface Plan {
  readonly methods: readonly Method[];
  /** Where methods that read at a layer read. */
  readonly layer: string;
  /** K: how many classes are explained at once. */
  readonly classes: number;
  readonly score: ScoreKind;
  /** How many images one run takes; absent = any number. */
  readonly images?: number;
}

/** A model's graph extended by an explanation, with the names of what comes out. */
export interface PlannedGraph {
  readonly graph: Graph;
  /** [N,classes] before any activation. */
  readonly logits: string;
  /** int64 [N] or [K,N]: the classes explained. */
  readonly classIndices: string;
  /** Method id → its map, before the final step. */
  readonly maps: Readonly<Record<string, string>>;
}

/** Extends a model by the score selection and every method of the plan; with no methods it is the forward pass alone. */
export function planProgram(
  graph: Graph,
  anatomy: Anatomy,
  profile: Pick<Profile, "activation" | "labels" | "backgroundClass">,
  { methods, layer, classes, score, images }: Plan,
  file: string,
): PlannedGraph {
  const g = Builder.extend(graph, file);
  const selection = selectClasses(g, anatomy.score, profile, score, classes);
  const target = { anatomy, layer, classes, ...selection };
  // A graph's outputs keep their makers; behind Identity, simplification may change what makes a map.
  const maps = Object.fromEntries(
    methods.map((method) => [method.id, g.op("Identity", [method.plan(g, target)])]),
  );
  const { logits, classIndices } = selection;
  const planned = g.finish([logits, classIndices, ...Object.values(maps)]);
  return {
    graph: images === undefined ? planned : fixBatch(planned, images),
    logits,
    classIndices,
    maps,
  };
}
