import type { DType, Tensor } from "../tensor";

/** One axis of a shape: a number, or the name of a size that is known only at run time (such as the batch). */
export type Dim = number | string;

/** What is known of a value before anything runs. */
export interface ValueType {
  readonly type: DType;
  readonly dims: readonly Dim[];
}

/** A value with its name: a graph input. */
export interface NamedValue extends ValueType {
  readonly name: string;
}

/** Attributes are spelled as in the ONNX operator specification. */
export type AttributeValue =
  number | string | readonly number[] | readonly string[] | Tensor | Graph;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One application of an operator. An absent optional input or unused output is the empty string. */
export interface Node {
  readonly op: string;
  /** Unique in the graph; made up where the file gave none. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Where the bytes of a parameter lie: little-endian, C order, in the element type's file form. */
export interface Location {
  /** Absolute path. */
  readonly file: string;
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** A named weight: either its numbers, or the place in a file where they lie, so that big ones are never loaded here. */
export type Parameter =
  | {
      readonly type: DType;
      readonly dims: readonly number[];
      readonly data: Tensor["data"];
      readonly location?: undefined;
    }
  | {
      readonly type: DType;
      readonly dims: readonly number[];
      readonly location: Location;
      readonly data?: undefined;
    };

/**
 * A model, or a model extended by an explanation: nodes in topological order, with ONNX operator semantics of the one
 * pinned opset ({@link opset}). Immutable; a pass returns a new graph.
 */
export interface Graph {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Type and shape of every value that inference has reached, inputs and parameters included. */
  readonly types: ReadonlyMap<string, ValueType>;
}

/** The one opset whose operator forms the graph uses; files of other opsets are upgraded on reading. */
export const opset = 21;

/** The numbers of a parameter that is held in memory; `undefined` for one that lies in a file. */
export function inlineTensor(parameter: Parameter | undefined): Tensor | undefined {
  return parameter?.data && { type: parameter.type, dims: parameter.dims, data: parameter.data };
}

/** Value name → the node that makes it. */
export function producers(graph: Pick<Graph, "nodes">): Map<string, Node> {
  const map = new Map<string, Node>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output) map.set(output, node);
  }
  return map;
}

/** Value name → the nodes that read it, in order. */
export function consumers(graph: Pick<Graph, "nodes">): Map<string, Node[]> {
  const map = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      if (!input) continue;
      const list = map.get(input);
      if (list) list.push(node);
      else map.set(input, [node]);
    }
  }
  return map;
}
