import { readFileSync } from "node:fs";
import { test } from "vitest";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { tensor, type DType } from "../../../src/explain/tensor";
import { fixture } from "../../helper/model";
import { expectResults, openNode, type NodeCase } from "../../helper/oneNode";

interface Numbers {
  readonly type: DType;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Golden extends Pick<NodeCase, "op" | "title" | "domain" | "opset" | "attributes"> {
  readonly inputs: readonly (Numbers | null)[];
  readonly expected: readonly Numbers[];
}

const goldens = JSON.parse(
  readFileSync(fixture("onnx/node/golden/nodes.json"), "utf8"),
) as Golden[];
const toTensor = ({ type, dims, data }: Numbers) => tensor(type, data, dims);

/** The first axis of what is fed is left open in the file. */
const opened = ({ dims }: Numbers) => ["N", ...dims.slice(1)];

/** Nodes that onnxruntime's CPU provider does not run: made by test/fixture/onnx/node/make.py. */
test.each(goldens.map((row) => [row.domain, row.op, row.title, row] as const))(
  "%s %s, %s: what PyTorch or onnx computes",
  async (_domain, _op, _title, { inputs, expected, ...node }) => {
    const isFed = (input: Numbers | null) => input?.type === "float32" && input.dims[0] === 2;
    const { graph } = await openNode({
      ...node,
      inputs: inputs.map((x) => (x ? (isFed(x) ? opened(x) : toTensor(x)) : undefined)),
      outputs: expected.map(({ type }) => type),
    });
    const feeds: Tensors = Object.fromEntries(
      inputs.flatMap((x, i) => (isFed(x) ? [[`x${i}`, toTensor(x!)]] : [])),
    );
    const wanted = Object.fromEntries(expected.map((y, i) => [`y${i}`, toTensor(y)]));
    await expectResults(graph, feeds, wanted, 1e-5);
  },
);
