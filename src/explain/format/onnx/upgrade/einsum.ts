import type { Builder } from "../../../graph/builder";
import { multiplyDims } from "../../../graph/dim";
import type { Attributes, Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import { readEquation } from "./helper/equation";
import { last, sizeAlong } from "./helper/step";
import { placesAlong } from "./helper/shape";
import type { Rule } from "./upgrade";

/** A value whose axes are labelled; its last step is not in the graph yet, since it may become the node's. */
interface Term {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes?: Attributes;
  readonly labels: readonly string[];
}

/**
 * Einsum by what runtimes have fast kernels and gradients for: https://onnx.ai/onnx/operators/onnx__Einsum.html. Measured on the equations of
 * attention, Transpose and MatMul take half to five sixths of the time of onnxruntime's own Einsum (1.32, one thread).
 */
export const einsum: readonly Rule[] = [{ op: "Einsum", upgrade: decompose }];

function decompose(g: Builder, node: Node, refuse: Refuse): Node {
  const text = String(node.attributes["equation"] ?? "");
  const ranks = node.inputs.map((input) => g.dims(input).length);
  const equation = readEquation(text, ranks);
  if (!equation) throw refuse(`has the equation “${text}”, which does not fit its inputs`);
  const { operands, result } = equation;
  const [first, ...rest] = node.inputs.map((input, i) => diagonal(g, input, operands[i]!));
  const joined = rest.reduce((a, b, i) => {
    const later = new Set([...result, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    const left = sumBut(g, a, new Set([...later, ...b.labels]));
    const right = sumBut(g, b, new Set([...later, ...a.labels]));
    return combined(g, left, right, later);
  }, first!);
  const { op, inputs, attributes } = ordered(g, sumBut(g, joined, new Set(result)), result);
  return last(node, op, inputs, attributes);
}

function settled(value: string, labels: readonly string[]): Term {
  return { op: "Identity", inputs: [value], labels };
}

function valueOf(g: Builder, { op, inputs, attributes }: Term): string {
  return op === "Identity" ? inputs[0]! : g.op(op, inputs, attributes);
}

/** Of axes with the same label only the diagonal counts. */
function diagonal(g: Builder, x: string, labels: readonly string[]): Term {
  const twin = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (twin < 0) return settled(x, labels);
  const [row, column] = [labels.indexOf(labels[twin]!), twin].map((axis) => {
    const along = labels.map((_, i) => (i === axis ? -1 : 1));
    return g.op("Reshape", [placesAlong(g, x, axis), g.ints(along)]);
  });
  const onDiagonal = g.op("Where", [g.op("Equal", [row!, column!]), x, g.scalar(0, x)]);
  const line = g.op("ReduceSum", [onDiagonal, g.ints([twin])], { keepdims: 0 });
  return diagonal(g, line, labels.toSpliced(twin, 1));
}

/** Sums over the axes that nobody wants any more. */
function sumBut(g: Builder, term: Term, wanted: ReadonlySet<string>): Term {
  const axes = term.labels.flatMap((label, i) => (wanted.has(label) ? [] : [i]));
  if (axes.length === 0) return term;
  const labels = term.labels.filter((label) => wanted.has(label));
  const inputs = [valueOf(g, term), g.ints(axes)];
  return { op: "ReduceSum", inputs, attributes: { keepdims: 0 }, labels };
}

/** The term with its axes in another order. */
function ordered(g: Builder, term: Term, labels: readonly string[]): Term {
  const perm = labels.map((label) => term.labels.indexOf(label));
  if (perm.every((axis, i) => axis === i)) return term;
  return { op: "Transpose", inputs: [valueOf(g, term)], attributes: { perm }, labels };
}

/** Multiplies two terms and sums over the labels that both have and nobody wants later. */
function combined(g: Builder, a: Term, b: Term, later: ReadonlySet<string>): Term {
  const [left, right] = [a, b].map((term) => settled(valueOf(g, term), term.labels));
  const summed = a.labels.filter((label) => b.labels.includes(label) && !later.has(label));
  const lone = summed.find((label) => isOne(g, left!, label) !== isOne(g, right!, label));
  if (lone !== undefined) {
    // One is the same for all places of the other: summing it over its one place drops the axis.
    const without = (term: Term) =>
      sumBut(g, term, new Set(term.labels.filter((label) => label !== lone)));
    return combined(g, without(left!), without(right!), later);
  }
  return summed.length > 0 ? product(g, left!, right!, summed) : outer(g, left!, right!);
}

function isOne(g: Builder, { inputs: [x], labels }: Term, label: string): boolean {
  return g.dims(x!)[labels.indexOf(label)] === 1;
}

/** Mul, where each has axes of 1 for the labels that only the other has. */
function outer(g: Builder, a: Term, b: Term): Term {
  const labels = [...a.labels, ...b.labels.filter((label) => !a.labels.includes(label))];
  const inputs = [a, b].map((term) => {
    const own = labels.filter((label) => term.labels.includes(label));
    const value = valueOf(g, ordered(g, term, own));
    const missing = labels.flatMap((label, i) => (own.includes(label) ? [] : [i]));
    return missing.length === 0 ? value : g.op("Unsqueeze", [value, g.ints(missing)]);
  });
  return { op: "Mul", inputs, labels };
}

/** MatMul of [batch…, left, summed] and [batch…, summed, right]; each of the three may stand for any number of labels. */
function product(g: Builder, a: Term, b: Term, summed: readonly string[]): Term {
  const batch = a.labels.filter((label) => b.labels.includes(label) && !summed.includes(label));
  const own = (term: Term, other: Term) =>
    term.labels.filter((label) => !other.labels.includes(label));
  const [left, right] = [own(a, b), own(b, a)];
  // Where the right operand has no batch, the left one's axes need not become one.
  const rows = batch.length === 0 ? left.map((label) => [label]) : [left];
  const columns = batch.length === 0 && right.length === 0 ? [] : [right];
  const singles = batch.map((label) => [label]);
  const x = ordered(g, a, [...batch, ...left, ...summed]);
  const y = ordered(g, b, [...batch, ...summed, ...right]);
  const matrices = [
    valueOf(g, grouped(g, x, [...singles, ...rows, summed])),
    valueOf(g, grouped(g, y, [...singles, summed, ...columns])),
  ];
  const groups = [...singles, ...rows, ...columns];
  const labels = [...batch, ...left, ...right];
  if (groups.every((group) => group.length === 1))
    return { op: "MatMul", inputs: matrices, labels };
  const z = g.op("MatMul", matrices);
  return spread(
    g,
    z,
    [
      ...batch.map((_, axis) => ({ of: z, axis })),
      ...left.map((label) => ({ of: a.inputs[0]!, axis: a.labels.indexOf(label) })),
      ...right.map((label) => ({ of: b.inputs[0]!, axis: b.labels.indexOf(label) })),
    ],
    labels,
  );
}

interface Axis {
  readonly of: string;
  readonly axis: number;
}

/** Each group of neighbouring axes as one axis; an empty group is an axis of 1. */
function grouped(g: Builder, term: Term, groups: readonly (readonly string[])[]): Term {
  if (groups.every((group) => group.length === 1)) return term;
  const of = valueOf(g, term);
  const axes = groups.map((group) =>
    group.map((label): Axis => ({ of, axis: term.labels.indexOf(label) })),
  );
  return reshaped(
    g,
    of,
    axes,
    groups.map((group) => group.join()),
  );
}

function spread(g: Builder, x: string, axes: readonly Axis[], labels: readonly string[]): Term {
  return reshaped(
    g,
    x,
    axes.map((axis) => [axis]),
    labels,
  );
}

/** Reshape to axes whose sizes are products of other values' sizes. */
function reshaped(
  g: Builder,
  x: string,
  axes: readonly (readonly Axis[])[],
  labels: readonly string[],
): Term {
  const dims = axes.map((group) => multiplyDims(group.map(({ of, axis }) => g.dims(of)[axis]!)));
  if (dims.filter((dim) => typeof dim === "string").length <= 1) {
    const target = g.ints(dims.map((dim) => (typeof dim === "number" ? dim : -1)));
    return { op: "Reshape", inputs: [x, target], labels };
  }
  const sizes = dims.map((dim, i) =>
    typeof dim === "number"
      ? g.ints([dim])
      : axes[i]!.map(({ of, axis }) => sizeAlong(g, of, axis)).reduce((a, b) =>
          g.op("Mul", [a, b]),
        ),
  );
  return { op: "Reshape", inputs: [x, g.op("Concat", sizes, { axis: 0 })], labels };
}
