import { gradient } from "../../src/explain/gradient";
import { evaluate } from "../../src/explain/runtime/reference";
import type { Tensors } from "../../src/explain/runtime/runtime";
import { dtypes, tensor, zeros, type Tensor } from "../../src/explain/tensor";
import { build, close, type Case } from "./gradient";
import { normal } from "./random";

/** The graph of every float input's gradient by one output, and what to feed it. */
function firstOrder(testCase: Case, output: number, classes: number) {
  const { g, names, feeds, y } = build(testCase);
  const own = g.dims(y[output]!) as number[];
  const seedValue = normal(classes === 1 ? own : [classes, ...own], 31 + output);
  const seed = g.input("seed", "float64", seedValue.dims);
  const fixed = (testCase.fixed ?? []).map((i) => names[i]);
  const wrt = names.filter((name) => name in feeds && !fixed.includes(name));
  const dxs = gradient(g, { of: y[output]!, wrt, seed, classes });
  const wanted: Tensors = { ...feeds, seed: seedValue };
  return { g, feeds: wanted, wrt: [...wrt, "seed"], dxs: dxs.filter((dx) => dx !== undefined) };
}

/**
 * Differentiates the gradient once more, by the inputs and by the cotangent, and compares with central differences of the
 * gradient's own graph in double precision. Shows that rules lead only to operators that have rules, and right ones.
 */
export function checkSecondGradient(testCase: Case, tolerance = 1e-6): void {
  const { outputs = 1 } = testCase;
  for (let output = 0; output < outputs; output++) {
    const { g, y } = build(testCase);
    if (!dtypes[g.type(y[output]!)].float) continue;
    for (const classes of [1, 2]) checkOutput(testCase, output, classes, tolerance);
  }
}

function checkOutput(testCase: Case, output: number, classes: number, tolerance: number): void {
  const count = firstOrder(testCase, output, classes).dxs.length;
  for (let i = 0; i < count; i++) {
    const { g, feeds, wrt, dxs } = firstOrder(testCase, output, classes);
    const dx = dxs[i]!;
    const direction = normal(g.dims(dx) as number[], 77 + i);
    const seed = g.input("direction", "float64", direction.dims);
    const graph = g.finish([dx]);
    const inner = (moved: Tensors) => dot(evaluate(graph, moved)[dx]!, direction);
    const numeric = wrt.map((name) => centralDifference(inner, feeds, name, testCase.step ?? 1e-5));
    const seconds = gradient(g, { of: dx, wrt, seed });
    const outputs = seconds.filter((second) => second !== undefined);
    const results = evaluate(g.finish(outputs), { ...feeds, direction });
    seconds.forEach((second, j) => {
      const label = `${testCase.op}: d gradient ${i} of output ${output} / d ${wrt[j]}, ${classes} classes`;
      const ours = second === undefined ? zeros("float64", feeds[wrt[j]!]!.dims) : results[second]!;
      const values = sample(ours).map((place) => ours.data[place]!);
      close(values, numeric[j]!, tolerance, label);
    });
  }
}

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

/** Up to 25 places, evenly spread: each costs two runs, and the first gradient is checked everywhere. */
function sample({ data }: Tensor): number[] {
  const count = Math.min(25, data.length);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * data.length) / count));
}

function centralDifference(
  f: (feeds: Tensors) => number,
  feeds: Tensors,
  name: string,
  step: number,
): number[] {
  const x = feeds[name]!;
  const at = (i: number, delta: number) => {
    const moved = tensor(x.type, x.data, x.dims);
    moved.data[i]! += delta;
    return f({ ...feeds, [name]: moved });
  };
  return sample(x).map((i) => (at(i, step) - at(i, -step)) / (2 * step));
}
