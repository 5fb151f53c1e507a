import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import type { Refuse } from "../../attribute";
import { asScalar, last } from "../helper/step";
import type { Upgrade } from "../upgrade";

/** Operators that the standard has taken over since, some in a slightly different form. */

const toList = (g: Builder, x: string): string => g.op("Reshape", [x, g.ints([-1])]);

function expandDims(g: Builder, node: Node): Node {
  const [x, axis] = node.inputs as [string, string];
  const axes = g.op("Cast", [toList(g, axis)], { to: "int64" });
  return last(node, "Unsqueeze", [x, axes]);
}

function range(g: Builder, node: Node): Node {
  const [start, limit, delta] = node.inputs as [string, string, string?];
  const bounds = [start, limit, delta ?? g.scalar(1, start)].map((bound) => asScalar(g, bound));
  return last(node, "Range", bounds);
}

function pad(g: Builder, node: Node): Node {
  const [x, pads, value] = node.inputs as [string, string, string?];
  const inputs = [x, toList(g, pads), ...(value ? [asScalar(g, value)] : [])];
  return last(node, "Pad", inputs, node.attributes);
}

const samplings: Readonly<Record<string, string>> = { bilinear: "linear", bicubic: "cubic" };

function gridSample(_g: Builder, node: Node): Node {
  const { mode = "bilinear", ...attributes } = node.attributes;
  const today = samplings[String(mode)] ?? mode;
  return { ...node, op: "GridSample", attributes: { ...attributes, mode: today } };
}

/** The distance of every row of A to every row of B. */
function distances(g: Builder, node: Node, refuse: Refuse): Node {
  const { metric = "sqeuclidean" } = node.attributes;
  const reduce = { euclidean: "ReduceL2", sqeuclidean: "ReduceSumSquare" }[String(metric)];
  if (!reduce) throw refuse(`with the metric ${String(metric)} is not supported`);
  const [a, b] = node.inputs as [string, string];
  const difference = g.op("Sub", [
    g.op("Unsqueeze", [a, g.ints([1])]),
    g.op("Unsqueeze", [b, g.ints([0])]),
  ]);
  return last(node, reduce, [difference, g.ints([-1])], { keepdims: 0 });
}

/** Values in the order in which they occur; onnxruntime leaves out the first places. */
function unique(_g: Builder, node: Node): Node {
  const [y = "", places = "", counts = ""] = node.outputs;
  return { ...node, op: "Unique", outputs: [y, "", places, counts], attributes: { sorted: 0 } };
}

export const standards: Readonly<Record<string, Upgrade>> = {
  CDist: distances,
  ExpandDims: expandDims,
  GridSample: gridSample,
  Pad: pad,
  Range: range,
  Trilu: (_g, node) => ({ ...node, op: "Trilu" }),
  Unique: unique,
};
