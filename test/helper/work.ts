import type { ScoreRequest } from "../../src/explain/api";
import type { Stage, Work } from "../../src/explain/method/work";
import { classesInput, versusInput } from "../../src/explain/model/target";
import type { Profile } from "../../src/explain/profile/profile";
import { evaluate } from "../../src/explain/runtime/reference";
import { scoreStage } from "../../src/explain/service/work";
import { planStage } from "../../src/explain/service/program";
import { tensor, type Tensor } from "../../src/explain/tensor";
import type { Classifier } from "./classifier";
import { normal } from "./random";

export interface WorkRequest {
  readonly layer?: string;
  readonly classes: readonly number[];
  readonly aim?: ScoreRequest;
  readonly input?: Tensor;
  readonly profile?: Partial<Profile>;
  /** How many images each batch takes. */
  readonly batch?: number;
}

/** What a method of many runs gets, on the reference runtime in float64. */
export function workFor(
  { graph, anatomy }: Classifier,
  { layer = "", classes, aim = { score: "logit" }, profile = {}, batch = 3, ...given }: WorkRequest,
): Work {
  const { name } = anatomy.input;
  const dims = graph.types.get(name)!.dims.map((dim) => (typeof dim === "number" ? dim : 1));
  const input = given.input ?? normal(dims, 1);
  const whole = { activation: "softmax", labels: [], ...profile } as unknown as Profile;
  const versus = aim.versus && "class" in aim.versus ? aim.versus : undefined;
  const standing = (images: number): Readonly<Record<string, Tensor>> => {
    const repeated = Array.from({ length: images }, () => [...input.data]).flat();
    const indices = classes.flatMap((index) => new Array<number>(images).fill(index));
    const chosen = classes.length === 1 ? [images] : [classes.length, images];
    return {
      [name]: tensor(input.type, repeated, [images, ...input.dims.slice(1)]),
      [classesInput]: tensor("int64", indices, chosen),
      ...(versus && { [versusInput]: tensor("int64", [versus.class]) }),
    };
  };
  const run = (stage: Stage, feeds: Readonly<Record<string, Tensor>>, images: number) => {
    const request = { ...aim, classes: classes.length, stage, layer };
    const planned = planStage(graph, anatomy, whole, request, "test.onnx");
    const all = { ...standing(images), ...feeds };
    const needed = planned.graph.inputs.map((one) => [one.name, all[one.name]!] as const);
    const results = evaluate(planned.graph, Object.fromEntries(needed));
    const outputs = Object.entries(planned.outputs);
    return Object.fromEntries(outputs.map(([key, value]) => [key, results[value]!]));
  };
  return {
    subject: { graph, anatomy },
    ...{ layer, input, profile: whole, classes },
    run: (stage, feeds = {}) => Promise.resolve(run(stage, feeds, 1)),
    scores: () => Promise.resolve(Array.from(run(scoreStage, {}, 1)["value"]!.data)),
    async *batches(stage, count, feeds) {
      for (let first = 0; first < count; first += batch) {
        const size = Math.min(batch, count - first);
        yield { first, count: size, outputs: run(stage, feeds(first, size), size) };
      }
    },
  };
}
