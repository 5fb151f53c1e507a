import { readFileSync } from "node:fs";
import type { Attributes } from "../../../../src/explain/graph/graph";
import { tensor, type DType, type Tensor } from "../../../../src/explain/tensor";
import { fixture } from "../../../helper/model";
import type { Row } from "../../../helper/operator";

interface Numbers {
  readonly type: DType;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly op: string;
  readonly title: string;
  readonly attributes: Attributes;
  readonly inputs: readonly (Numbers | null)[];
  readonly expected: readonly Numbers[];
}

const goldens = JSON.parse(
  readFileSync(fixture("operator/golden/operators.json"), "utf8"),
) as Golden[];

const toTensor = ({ type, dims, data }: Numbers): Tensor => tensor(type, data, dims);

/** Forms that onnxruntime lacks or gets wrong, with what test/fixture/operator/make.py made of them. */
export const goldenRows: readonly Row[] = goldens.map(({ inputs, expected, ...row }) => ({
  ...row,
  inputs: inputs.map((x) => x ?? undefined).map((x) => x && toTensor(x)),
  expected: expected.map(toTensor),
  constants: row.op === "Resize" ? [2] : [],
  batched: row.op === "GridSample" ? [0, 1] : undefined,
  // Their sizes, or the scale of the batch, are said in numbers.
  fixedBatch: row.title === "four axes, cubic" ? true : undefined,
}));
