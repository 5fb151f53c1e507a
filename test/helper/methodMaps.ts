import type { Classifier } from "./classifier";
import type { Method } from "../../src/explain/method/method";
import type { ParameterValue } from "../../src/explain/method/parameter";
import { classesInput } from "../../src/explain/model/target";
import { evaluate } from "../../src/explain/runtime/reference";
import { asked, planProgram } from "../../src/explain/service/program";
import { tensor, type Tensor } from "../../src/explain/tensor";

/** What is asked of a method; the default layer unless told. */
export interface Asked {
  readonly classes?: readonly number[];
  readonly layer?: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** The map of a method of one run, [N,…] or [K,N,…], before its final step, in float64. */
export function mapsOf(
  { graph, anatomy }: Classifier,
  method: Method,
  images: Tensor,
  { classes = [0], layer, parameters }: Asked = {},
): Tensor {
  const at = layer ?? anatomy.layers.find((candidate) => candidate.default)!.name;
  const planned = planProgram(
    graph,
    anatomy,
    { activation: "softmax", labels: [] },
    {
      methods: [asked(method, parameters)],
      layers: [at],
      classes: classes.length,
      score: "logit",
    },
    "test.onnx",
  );
  const batch = images.dims[0]!;
  const indices = classes.flatMap((index) => new Array<number>(batch).fill(index));
  const shape = classes.length === 1 ? [batch] : [classes.length, batch];
  const feeds = { image: images, [classesInput]: tensor("int64", indices, shape) };
  return evaluate(planned.graph, feeds)[planned.maps[method.id]![0]!]!;
}
