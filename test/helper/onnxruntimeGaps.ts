import { ints, maybeInts, text } from "../../src/explain/op/helper/attribute";
import type { Node } from "../../src/explain/graph/graph";
import { build, type Case } from "./gradient";

/** A form of an operator that onnxruntime (1.30, CPU) has a kernel for that does not compute what the specification says. */
interface Mistake {
  readonly ops: readonly string[];
  readonly has: (node: Node, testCase: Case) => boolean;
}

const mistakes: readonly Mistake[] = [
  // Interpolates along other axes than it is told to; ONNX's reference agrees with Sightline (test/fixture/operator/make.py).
  {
    ops: ["Resize"],
    has: (node, { inputs: [x, , scales] }) =>
      text(node, "mode") === "cubic" && x!.dims.length === 4 && (scales?.data[1] ?? 1) !== 1,
  },
  // Takes axes that are counted from the end for others, where one scale is sought for all.
  {
    ops: ["Resize"],
    has: (node) =>
      text(node, "keep_aspect_ratio_policy") !== "stretch" &&
      maybeInts(node, "axes")?.some((axis) => axis < 0) === true,
  },
  // Pads nothing for a window that is dilated, and begins inside the input when the steps are wider than the window.
  {
    ops: ["AveragePool", "LpPool", "MaxPool"],
    has: (node) => {
      const kernel = ints(node, "kernel_shape");
      const isDilated = maybeInts(node, "dilations")?.some((dilation) => dilation > 1);
      const isWide = maybeInts(node, "strides")?.some((stride, i) => stride > kernel[i]!);
      return text(node, "auto_pad").startsWith("SAME") && (isDilated || isWide) === true;
    },
  },
];

export function isMistaken(testCase: Case): boolean {
  const [node] = build(testCase).g.nodes;
  return mistakes.some(({ ops, has }) => ops.includes(node!.op) && has(node!, testCase));
}

/** What onnxruntime says of forms that the specification has and it has no kernel for. */
const refusals = [
  /ScalesValidation/,
  /exclude_outside can be set to 1 when/,
  /Only support GridSample Cubic mode in 4-D cases/,
];

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.some((words) => words.test(error.message));
}
