import type { Dim, Node } from "../../graph/graph";
import type { Axis, Layout } from "./layout";

/** One axis of an output, and the axes of inputs that it carries on place by place. */
export interface FlowAxis {
  readonly axis: Axis;
  readonly from: readonly (readonly [input: number, axis: number])[];
}

/** How the axes of one output come from those of the inputs. */
export interface Flow {
  readonly axes: readonly FlowAxis[];
  /** The axis of the first input of which only tokens without a place are taken: what reads the class token. */
  readonly tokensOnly?: number;
}

/** What a rule knows of a node. */
export interface FlowContext {
  readonly node: Node;
  /** Which output it is about. */
  readonly output: number;
  /** The shape of that output. */
  readonly dims: readonly Dim[];
  /** The shape of an input. */
  inputDims(input: number): readonly Dim[];
  /** What an input's axes stand for; `undefined` for values that no image has a part in, and those that could not be followed. */
  layout(input: number): Layout | undefined;
  /** The numbers of a small input that are known before running, and those of a constant. */
  ints(input: number): readonly number[] | undefined;
}

/** A flow of these axes, if each could be followed. */
export function flowOf(axes: readonly (FlowAxis | undefined)[]): Flow | undefined {
  return axes.every((axis) => axis !== undefined) ? { axes } : undefined;
}

/** `undefined` = the output cannot be followed. */
export type FlowRule = (context: FlowContext) => Flow | undefined;

export function kept(known: Layout, at: number): FlowAxis {
  return { axis: known[at]!, from: [[0, at]] };
}

/** Every axis kept but one, for which others come. */
export function replaced(known: Layout, at: number, instead: readonly FlowAxis[]): FlowAxis[] {
  return known.flatMap((_, i) => (i === at ? instead : [kept(known, i)]));
}
