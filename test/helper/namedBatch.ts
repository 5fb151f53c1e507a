import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import { castTo, dtypes, tensor, type Tensor } from "../../src/explain/tensor";
import { build, close, gradients, isFed, type Case } from "./gradient";
import { runGraph } from "./onnxruntime";
import { normal } from "./random";

/**
 * Differentiates the case once with concrete shapes and once with the batch as a name that is known only when the graph runs,
 * and expects equal numbers, from the operators' `eval` and from onnxruntime, for one cotangent and for three on a class axis.
 */
export async function checkNamedBatch(testCase: Case): Promise<void> {
  for (const classes of [1, 3]) {
    const concrete = build(testCase);
    const own = concrete.g.dims(concrete.y[0]!) as number[];
    const seeds = Array.from({ length: classes }, (_, k) => normal(own, 5 + k));
    const want = gradients(testCase, seeds);
    const exact = withNamedBatch(testCase, seeds);
    const single = withNamedBatch(
      { ...testCase, inputs: testCase.inputs.map(toSingle) },
      seeds.map(toSingle) as Tensor[],
    );
    const label = `${testCase.op}, ${classes} classes`;
    compare(exact.dxs, evaluate(exact.graph, exact.feeds), want, 1e-12, label);
    if (single.graph.outputs.length === 0) continue;
    compare(
      single.dxs,
      await runGraph(single.graph, single.feeds),
      want,
      1e-5,
      `onnxruntime: ${label}`,
    );
  }
}

const isFloat = (x: Tensor | undefined) => x !== undefined && dtypes[x.type].float;
const toSingle = (x: Tensor | undefined) => (x?.type === "float64" ? castTo(x, "float32") : x);

function compare(
  dxs: readonly (string | undefined)[],
  results: Readonly<Record<string, Tensor>>,
  want: readonly (Tensor | undefined)[],
  tolerance: number,
  label: string,
): void {
  want.forEach((dx, i) => {
    if (dx) close(results[dxs[i]!]!.data, dx.data, tolerance, `${label}: d input ${i}`);
  });
}

/** The first axis of a batched input gets the name N, unless it is of size 1 and broadcast. */
function namedDims({ inputs, batched }: Case, i: number): readonly Dim[] {
  const rank = Math.max(...inputs.map((input) => (isFloat(input) ? input!.dims.length : 0)));
  const { dims } = inputs[i]!;
  const named = batched ? batched.includes(i) : dims.length === rank;
  return named && dims[0] !== 1 ? ["N", ...dims.slice(1)] : dims;
}

/** The gradient's graph, what to feed it, and the value with each input's gradient. */
function withNamedBatch(testCase: Case, seeds: readonly Tensor[]) {
  const { op, inputs, outputs = 1, attributes } = testCase;
  const g = new Builder("test");
  const feeds: Record<string, Tensor> = {};
  const names = inputs.map((x, i) => {
    if (!x) return "";
    if (!isFed(testCase, i)) return g.parameter(`x${i}`, x);
    feeds[`x${i}`] = x;
    return g.input(`x${i}`, x.type, namedDims(testCase, i));
  });
  const [y] = g.ops(op, names, outputs, attributes);
  const classes = seeds.length;
  const lead = classes === 1 ? [] : [classes];
  const { type, dims } = seeds[0]!;
  const seed = g.input("seed", type, [...lead, ...g.dims(y!)]);
  feeds["seed"] = tensor(
    type,
    seeds.flatMap(({ data }) => [...data]),
    [...lead, ...dims],
  );
  const wrt = names.filter((name) => name in feeds);
  const found = gradient(g, { of: y!, wrt, seed, classes });
  const dxs = names.map((name) => found[wrt.indexOf(name)]);
  return { graph: g.finish([...new Set(dxs.filter((dx) => dx !== undefined))]), feeds, dxs };
}
