import type { Builder } from "../graph/builder";
import type { AttributeValue, Dim, Node, ValueType } from "../graph/graph";
import type { Tensor } from "../tensor";

/** What shape inference knows of a node's inputs. Absent optional inputs are `undefined`. */
export interface ShapeContext {
  readonly node: Node;
  readonly inputs: readonly (ValueType | undefined)[];
  /**
   * The elements of a small input (a shape, an axis list, pads, scales), as far as they are known before running: a number, or, among
   * integers, the name of a symbolic size. `undefined` when nothing is known.
   */
  ints(index: number): readonly Dim[] | undefined;
}

/** Builds the cotangent of one input. Called only if somebody wants it. */
export type Cotangent = () => string;

/** What a backward rule sees of the node it is about. */
export interface Backward {
  readonly node: Node;
  /** The names of the node's inputs; absent ones are the empty string. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The cotangent of each output; `undefined` where it is zero. */
  readonly dys: readonly (string | undefined)[];
  /** The cotangent of the first output, which most operators have alone. Throws when it is zero. */
  readonly dy: string;
}

/**
 * Vector-Jacobian product: graph nodes for the cotangent of every input. One entry per input, in order: a thunk, or `null`
 * when there is no gradient by design (integer inputs, shapes).
 *
 * A cotangent has the shape of its value, with a class axis K in front when several classes are explained at once
 * (`g.classes`), so rules count axes from the end. Broadcasting is undone by the caller: a rule may return a cotangent of the
 * broadcast shape.
 */
export type Vjp = (g: Builder, backward: Backward) => (Cotangent | null)[];

/** A node, alone or with nodes before it that make one step with it, such as the parts of a Relu: what it reads, and its way back. */
export interface Step {
  /** The values that the step reads; one thunk of `vjp` for each. */
  readonly inputs: readonly string[];
  readonly vjp: Vjp;
}

/** Backward rules that replace those of operators: guided backpropagation replaces Relu's. `undefined` = the operator's own. */
export type Rules = (node: Node) => Step | undefined;

/** One operator: names and attributes as in the ONNX specification. */
export interface Op {
  readonly name: string;
  /** Sightline's own operators (ConvInputGrad …), which every runtime lowers to what it has. */
  readonly private?: true;
  /** Every attribute the operator may carry, with its default; `undefined` = no default: absent unless given. */
  readonly attributes?: Readonly<Record<string, AttributeValue | undefined>>;
  /** Output types; dims may be symbolic. Throws `GraphError` for inputs that do not fit. */
  shape(context: ShapeContext): ValueType[];
  /**
   * Plain reference implementation: the truth in tests. Float results have the element type of the first float input, so
   * float64 in gives float64 out.
   */
  eval(inputs: readonly (Tensor | undefined)[], node: Node): Tensor[];
  /** Absent = differentiating through the operator is an error that names it. */
  readonly vjp?: Vjp;
  /**
   * For shape arithmetic with symbolic sizes: the elements of one (integer, small) output when `eval` cannot run because some
   * input elements are names.
   */
  ints?(context: ShapeContext, output: number): readonly Dim[] | undefined;
}
