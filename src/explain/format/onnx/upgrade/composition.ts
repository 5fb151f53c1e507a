import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { dtypes } from "../../../tensor";
import type { Refuse } from "../attribute";
import { integer, placesAlong } from "./helper/shape";
import { numberOf } from "./helper/attribute";
import { last } from "./helper/step";
import type { Rule, Upgrade } from "./upgrade";

/** Operators that are compositions of others: https://onnx.ai/onnx/operators/ */
export const composition: readonly Rule[] = Object.entries<Upgrade>({
  CastLike: castLike,
  Compress: compress,
  CumProd: cumProd,
  EyeLike: eyeLike,
  Mean: mean,
  Mod: mod,
  ReverseSequence: reverseSequence,
  Sum: sum,
}).map(([op, upgrade]) => ({ op, upgrade }));

function castLike(g: Builder, node: Node): Node {
  const [x, like] = node.inputs as [string, string];
  return last(node, "Cast", [x], { ...node.attributes, to: g.type(like) });
}

/** The slices where the condition holds; without an axis of the flattened input. */
function compress(g: Builder, node: Node): Node {
  const [x, condition] = node.inputs as [string, string];
  const { axis } = node.attributes;
  const picks = g.op("Reshape", [g.op("NonZero", [condition]), g.ints([-1])]);
  if (axis !== undefined) return last(node, "Gather", [x, picks], { axis });
  return last(node, "Gather", [g.op("Reshape", [x, g.ints([-1])]), picks]);
}

/** Every element times those before it: the product over a triangle of copies. */
function cumProd(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, axisValue] = node.inputs as [string, string];
  const given = g.known(axisValue)?.[0];
  if (typeof given !== "number") throw refuse("has an axis that is not known before running");
  const rank = g.dims(x).length;
  const axis = given < 0 ? given + rank : given;
  const after = new Array<number>(rank - 1 - axis).fill(1);
  const places = placesAlong(g, x, axis);
  const row = g.op("Reshape", [places, g.ints([1, -1, ...after])]);
  const column = g.op("Reshape", [places, g.ints([-1, 1, ...after])]);
  const pair = numberOf(node, "reverse", 0) === 1 ? [column, row] : [row, column];
  const isFactor = g.op(numberOf(node, "exclusive", 0) === 1 ? "Less" : "LessOrEqual", pair);
  const copies = g.op("Unsqueeze", [x, g.ints([axis])]);
  const factors = g.op("Where", [isFactor, copies, g.scalar(1, x)]);
  return last(node, "ReduceProd", [factors, g.ints([axis + 1])], { keepdims: 0 });
}

/** 1 on a diagonal of a matrix like the input, else 0. */
function eyeLike(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const { dtype = g.type(x) } = node.attributes;
  const [rows, columns] = [0, 1].map((axis) => placesAlong(g, x, axis));
  const diagonal = g.op("Add", [rows!, integer(g, numberOf(node, "k", 0))]);
  const column = g.op("Unsqueeze", [diagonal, g.ints([1])]);
  return last(node, "Cast", [g.op("Equal", [column, columns!])], { to: dtype });
}

function sum(g: Builder, node: Node): Node {
  const [first, ...rest] = node.inputs as [string, ...string[]];
  const final = rest.pop();
  if (final === undefined) return last(node, "Identity", [first]);
  return last(node, "Add", [rest.reduce((a, b) => g.op("Add", [a, b]), first), final]);
}

function mean(g: Builder, node: Node): Node {
  const { inputs } = node;
  if (inputs.length === 1) return last(node, "Identity", inputs);
  const total = inputs.reduce((a, b) => g.op("Add", [a, b]));
  return last(node, "Div", [total, g.scalar(inputs.length, total)]);
}

/** Of floats, the remainder with the divisor's sign is made from that with the dividend's. */
function mod(g: Builder, node: Node): Node {
  const [a, b] = node.inputs as [string, string];
  if (numberOf(node, "fmod", 0) === 1 || !dtypes[g.type(a)].float) return node;
  const rest = g.op("Mod", [a, b], { fmod: 1 });
  const zero = g.scalar(0, rest);
  const isOpposite = g.op("Less", [g.op("Mul", [rest, b]), zero]);
  return last(node, "Add", [rest, g.op("Where", [isOpposite, b, zero])]);
}

/** Of each sequence, the first `length` elements turned round. */
function reverseSequence(g: Builder, node: Node): Node {
  const [x, lengths] = node.inputs as [string, string];
  const time = numberOf(node, "time_axis", 0);
  const rank = g.dims(x).length;
  const along = (axis: number) => g.ints(g.dims(x).map((_, i) => (i === axis ? -1 : 1)));
  const place = g.op("Reshape", [placesAlong(g, x, time), along(time)]);
  const counts = g.op("Cast", [lengths], { to: "int64" });
  const length = g.op("Reshape", [counts, along(numberOf(node, "batch_axis", 1))]);
  const mirrored = g.op("Sub", [g.op("Sub", [length, integer(g, 1)]), place]);
  const turned = g.op("Where", [g.op("Less", [place, length]), mirrored, place]);
  const indices = g.op("Expand", [turned, g.op("Shape", [x])]);
  return last(node, "GatherElements", [x, indices], { axis: time - rank });
}
