import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { last } from "./step";

export interface RootMeanSquare {
  readonly x: string;
  readonly scale: string;
  readonly bias?: string | undefined;
  /** The first of the axes that are normalized. */
  readonly axis: number;
  readonly epsilon: number;
}

/** x / √(mean x² + ε) · scale (+ bias), as the node's last step: the form that onnxruntime recognizes and runs as one kernel. */
export function rootMeanSquare(g: Builder, node: Node, inputs: RootMeanSquare): Node {
  const { x, scale, bias, axis, epsilon } = inputs;
  const rank = g.dims(x).length;
  const first = axis < 0 ? axis + rank : axis;
  const axes = Array.from({ length: rank - first }, (_, i) => i - (rank - first));
  const squares = g.op("Pow", [x, g.scalar(2, x)]);
  const mean = g.op("ReduceMean", [squares, g.ints(axes)], { keepdims: 1 });
  const root = g.op("Sqrt", [g.op("Add", [mean, g.scalar(epsilon, x)])]);
  const product = [g.op("Div", [x, root]), scale];
  if (!bias) return last(node, "Mul", product);
  return last(node, "Add", [g.op("Mul", product), bias]);
}
