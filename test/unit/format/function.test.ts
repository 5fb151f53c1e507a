import { expect, test } from "vitest";
import { FormatError } from "../../../src/explain/error";
import { functionInliner } from "../../../src/explain/format/onnx/function";
import { decodeModel, encodeModel } from "../../../src/explain/format/onnx/proto";

/** A model that calls function 0; each function calls the next `calls` times, the last one `last`. */
function nested(depth: number, calls: number, last: { opType: string; domain?: string }[]) {
  const domain = "local";
  const chain = (ops: { opType: string; domain?: string }[]) =>
    ops.map((op, i) => ({ ...op, input: [`v${i}`], output: [`v${i + 1}`] }));
  const functions = Array.from({ length: depth }, (_, i) => {
    const next = Array.from({ length: calls }, () => ({ opType: `F${i + 1}`, domain }));
    const node = chain(i < depth - 1 ? next : last);
    return { name: `F${i}`, domain, input: ["v0"], output: [`v${node.length}`], node };
  });
  const node = chain([{ opType: "F0", domain }]);
  return decodeModel(encodeModel({ graph: { node }, functions }));
}

const inlined = (model: ReturnType<typeof nested>) =>
  functionInliner(model, "m.onnx")(model.graph!.node, new Map());

const relu = { opType: "Relu" };

test("functions that call functions are inlined to the last", () => {
  const nodes = inlined(nested(11, 2, [relu, relu]));
  expect(nodes).toHaveLength(2 ** 11);
  expect(nodes.every(({ node }) => node.opType === "Relu")).toBe(true);
});

test.each([
  ["many nodes", [relu, relu]],
  ["no nodes, in many calls", []],
])("functions that double up to %s are refused", (_, last) => {
  const inline = () => inlined(nested(20, 2, last));
  expect(inline).toThrow(FormatError);
  expect(inline).toThrow(
    /^m\.onnx: its functions, each written out where it is called, come to more than 200,000 nodes; export the model without local functions\.$/,
  );
});
