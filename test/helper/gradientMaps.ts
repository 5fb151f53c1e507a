import type { Method, RunMethod } from "../../src/explain/method/method";
import type { Interim } from "../../src/explain/method/work";
import { asked } from "../../src/explain/service/program";
import type { Tensor } from "../../src/explain/tensor";
import { classifier, features, linearHead, named, type Classifier } from "./classifier";
import type { Asked } from "./methodMaps";
import { workFor, type WorkRequest } from "./work";

/** conv → relu → max pooling → conv → ReLU6 → pooling → linear. */
export const deep = () =>
  classifier((g, image, weight) => {
    const pooled = g.op("MaxPool", [features(g, image, weight, 6, "first")], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    const inner = g.op("Conv", [pooled, weight([5, 6, 3, 3])], { pads: [1, 1, 1, 1] });
    const capped = named(g, "last", "Clip", [inner, g.scalar(0, inner), g.scalar(6, inner)]);
    return linearHead(g, capped, weight, 4);
  });

/** A linear model of the image. */
export const linear = (dims: (number | string)[] = ["N", 3, 4, 5]) =>
  classifier((g, image, weight) => {
    const size = (dims.slice(1) as number[]).reduce((a, b) => a * b);
    return g.op("Gemm", [g.op("Flatten", [image]), weight([size, 3]), weight([3])]);
  }, dims);

export const numbers = ({ data }: Pick<Tensor, "data">) => [...data];
export const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** What a method of many runs brings, each as it was when it came. */
export async function interims(
  net: Classifier,
  method: Method,
  request: WorkRequest,
  given: Asked["parameters"] = {},
): Promise<Interim[]> {
  const { values } = asked(method, given);
  const all: Interim[] = [];
  for await (const interim of (method as RunMethod).run(workFor(net, request), values)) {
    const maps = interim.maps();
    all.push({ ...interim, maps: () => maps });
  }
  return all;
}

export async function mapsOfRuns(...question: Parameters<typeof interims>): Promise<number[][]> {
  const all = await interims(...question);
  return all.at(-1)!.maps().map(numbers);
}

/** Pearson's. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const centred = [a, b].map((values) => {
    const mean = sum(values) / values.length;
    return Array.from(values, (value) => value - mean);
  }) as [number[], number[]];
  const product = (x: number[], y: number[]) => sum(x.map((value, i) => value * y[i]!));
  const [x, y] = centred;
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
