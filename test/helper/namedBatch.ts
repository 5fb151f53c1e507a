import { gradient } from "../../src/explain/gradient";
import { Builder } from "../../src/explain/graph/builder";
import type { Dim } from "../../src/explain/graph/graph";
import { evaluate } from "../../src/explain/runtime/reference";
import { dtypes, tensor, type Tensor } from "../../src/explain/tensor";
import { build, close, gradients, type Case } from "./gradient";
import { normal } from "./random";

/** The first axis of an input gets the name N, unless it is broadcast: of size 1 or of an input of lower rank. */
function namedDims({ inputs }: Case, x: Tensor): readonly Dim[] {
  const rank = Math.max(...inputs.map((input) => (isFloat(input) ? input!.dims.length : 0)));
  return x.dims.length === rank && x.dims[0] !== 1 ? ["N", ...x.dims.slice(1)] : x.dims;
}

const isFloat = (x: Tensor | undefined) => x !== undefined && dtypes[x.type].float;

/**
 * Differentiates the case once with concrete shapes and once with the batch as a name that is known only when the graph runs,
 * and expects equal numbers, for one cotangent and for three on a class axis.
 */
export function checkNamedBatch(testCase: Case): void {
  for (const classes of [1, 3]) {
    const concrete = build(testCase);
    const own = concrete.g.dims(concrete.y[0]!) as number[];
    const seeds = Array.from({ length: classes }, (_, k) => normal(own, 5 + k));
    const want = gradients(testCase, seeds);
    const have = withNamedBatch(testCase, seeds);
    want.forEach((dx, i) => {
      if (dx)
        close(have[i]!.data, dx.data, 1e-12, `${testCase.op}: d input ${i}, ${classes} classes`);
    });
  }
}

function withNamedBatch(testCase: Case, seeds: readonly Tensor[]): (Tensor | undefined)[] {
  const { op, inputs, outputs = 1, attributes } = testCase;
  const g = new Builder("test");
  const feeds: Record<string, Tensor> = {};
  const names = inputs.map((x, i) => {
    if (!x) return "";
    if (!isFloat(x)) return g.parameter(`x${i}`, x);
    feeds[`x${i}`] = x;
    return g.input(`x${i}`, x.type, namedDims(testCase, x));
  });
  const [y] = g.ops(op, names, outputs, attributes);
  const classes = seeds.length;
  const lead = classes === 1 ? [] : [classes];
  const seed = g.input("seed", "float64", [...lead, ...g.dims(y!)]);
  const stacked = seeds.flatMap(({ data }) => [...data]);
  feeds["seed"] = tensor("float64", stacked, [...lead, ...seeds[0]!.dims]);
  const wrt = names.filter((name) => name in feeds);
  const dxs = gradient(g, { of: y!, wrt, seed, classes });
  const results = evaluate(g.finish(dxs.filter((dx) => dx !== undefined)), feeds);
  return names.map((name) => results[dxs[wrt.indexOf(name)] ?? ""]);
}
