import { GraphError, SightlineError, UnsupportedOpError } from "../error";
import { operators } from "../op/index";
import type { Op, ShapeContext } from "../op/op";
import { sizeOf, tensor, type DType, type Tensor } from "../tensor";
import { isConcrete, multiplyDims, printDims } from "./dim";
import { exactText } from "./exact";
import {
  inlineTensor,
  type Attributes,
  type AttributeValue,
  type Dim,
  type Graph,
  type NamedValue,
  type Node,
  type Parameter,
  type ValueType,
} from "./graph";

/** Values up to this many elements are followed through shape arithmetic. */
const maxKnownInts = 64;

/**
 * Makes a graph, or extends a copy of one. Each node's output types are inferred as it is added, so a rule can ask for the
 * shape of anything that exists. Operators, backward rules and methods meet only here.
 */
export class Builder {
  private readonly inputs: NamedValue[] = [];
  private readonly nodeList: Node[] = [];
  private readonly parameters = new Map<string, Parameter>();
  private readonly types = new Map<string, ValueType>();
  private readonly knownInts = new Map<string, readonly Dim[]>();
  private readonly constants = new Map<string, string>();
  private readonly nodeNames = new Set<string>();
  private counter = 0;

  /** How many classes a cotangent carries in front; 1 = no class axis. Set by `gradient`. */
  classes = 1;

  /**
   * @param source names the model in messages about operators that are unknown.
   * @param reserved are names that no new value may take: a pass that rewrites a graph will come to them later.
   */
  constructor(
    private readonly source = "model",
    private readonly reserved: { has(name: string): boolean } = new Set<string>(),
  ) {}

  /** A builder that starts with everything `graph` has. */
  static extend(graph: Graph, source?: string): Builder {
    const g = new Builder(source);
    for (const input of graph.inputs) g.input(input.name, input.type, input.dims);
    for (const [name, parameter] of graph.parameters) g.parameter(name, parameter);
    for (const node of graph.nodes) g.append(node);
    return g;
  }

  get nodes(): readonly Node[] {
    return this.nodeList;
  }

  input(name: string, type: DType, dims: readonly Dim[]): string {
    this.declare(name, { type, dims });
    this.inputs.push({ name, type, dims });
    return name;
  }

  parameter(name: string, parameter: Parameter): string {
    this.declare(name, { type: parameter.type, dims: parameter.dims });
    this.parameters.set(name, parameter);
    const value = inlineTensor(parameter);
    if (value) this.learn(name, value);
    return name;
  }

  /** An unnamed constant; equal small ones are shared. */
  constant(value: Tensor): string {
    const key =
      value.data.length <= maxKnownInts &&
      `${value.type}${printDims(value.dims)}${Array.from(value.data, exactText).join()}`;
    const known = key && this.constants.get(key);
    if (known) return known;
    const name = this.parameter(this.fresh("constant"), value);
    if (key) this.constants.set(key, name);
    return name;
  }

  /** A scalar constant of the element type of `like`. */
  scalar(value: number, like: string): string {
    return this.constant(tensor(this.type(like), [value], []));
  }

  /** A one-axis int64 constant: axes, shapes, pads. */
  ints(values: readonly number[]): string {
    return this.constant(tensor("int64", values));
  }

  /** Adds one node and returns its first output. */
  op(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(op, inputs, 1, attributes)[0]!;
  }

  /** Adds one node with `outputs` outputs and returns them all. */
  ops(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Attributes = {},
  ): string[] {
    const name = this.fresh(op);
    const names = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.append({ op, name, inputs, outputs: names, attributes });
    return names;
  }

  /** Adds a node as it is, filling in attribute defaults and inferring its output types. */
  append(node: Node): void {
    const op = operators.get(node.op);
    if (!op) throw new UnsupportedOpError(node.op, node.name, this.source);
    for (const input of node.inputs) {
      if (input && !this.types.has(input)) {
        throw new GraphError(
          node.name,
          `${node.op} reads “${input}”, which nothing before it makes`,
        );
      }
    }
    const complete: Node = {
      ...node,
      name: this.uniqueNodeName(node.name || node.outputs[0] || node.op),
      attributes: withDefaults(node, op.attributes ?? {}, this.source),
    };
    const context = {
      node: complete,
      inputs: node.inputs.map((name) => (name ? this.types.get(name) : undefined)),
      ints: (index: number) => this.knownInts.get(node.inputs[index] ?? ""),
    };
    const types = naming(complete, () => op.shape(context));
    complete.outputs.forEach((output, i) => {
      const type = types[i];
      if (!output) return;
      if (!type) throw new GraphError(complete.name, `${node.op} has no output number ${i}`);
      this.declare(output, type);
    });
    this.nodeList.push(complete);
    this.follow(complete, types, op, context);
  }

  /** Type and shape of a value. Throws `GraphError` for an unknown name. */
  valueType(name: string): ValueType {
    const type = this.types.get(name);
    if (!type) throw new GraphError(name, "is not a value of this graph");
    return type;
  }

  has(name: string): boolean {
    return this.types.has(name);
  }

  dims(name: string): readonly Dim[] {
    return this.valueType(name).dims;
  }

  type(name: string): DType {
    return this.valueType(name).type;
  }

  /** The node that makes a value; inputs and parameters have none. */
  maker(name: string): Node | undefined {
    return this.nodeList.findLast(({ outputs }) => outputs.includes(name));
  }

  /** The elements of a small value, as far as they are known before running; of integers some may be names. */
  known(name: string): readonly Dim[] | undefined {
    return this.knownInts.get(name);
  }

  /** The number that a value of one element is known to be before running. */
  number(name: string): number | undefined {
    const data = this.tensor(name)?.data;
    return data?.length === 1 ? data[0] : undefined;
  }

  /** A parameter whose numbers are in memory. */
  tensor(name: string): Tensor | undefined {
    return inlineTensor(this.parameters.get(name));
  }

  /**
   * Reshape to sizes of which at most one is not a number. Nothing is added when the shape is already that.
   */
  reshape(value: string, dims: readonly Dim[]): string {
    const now = this.dims(value);
    if (now.length === dims.length && now.every((dim, i) => dim === dims[i])) return value;
    if (dims.filter((dim) => typeof dim === "string").length > 1) {
      throw new GraphError(
        value,
        `cannot be reshaped to ${printDims(dims)}: more than one size is open`,
      );
    }
    // A 0 would stand for the old size otherwise.
    const allowzero: Attributes = dims.includes(0) ? { allowzero: 1 } : {};
    const target = dims.map((dim) => (typeof dim === "string" ? -1 : dim));
    return this.op("Reshape", [value, this.ints(target)], allowzero);
  }

  /** Folds the class axis of a cotangent into its first axis: [K,N,…] → [K·N,…]. */
  mergeClasses(dy: string): string {
    if (this.classes === 1) return dy;
    const [classes, first, ...rest] = this.dims(dy);
    return this.reshape(dy, [multiplyDims([classes!, first!]), ...rest]);
  }

  /** Undoes {@link mergeClasses} for a cotangent of `like`: [K·N,…] → [K,N,…]. */
  splitClasses(dx: string, like: string): string {
    return this.classes === 1 ? dx : this.reshape(dx, this.cotangentDims(like));
  }

  /** The shape of a cotangent of `value`: its own, with the class axis in front. */
  cotangentDims(value: string): Dim[] {
    const dims = this.dims(value);
    return this.classes === 1 ? [...dims] : [this.classes, ...dims];
  }

  /** The graph made so far, with the given outputs. */
  finish(outputs: readonly string[]): Graph {
    for (const output of outputs) this.valueType(output);
    return {
      inputs: this.inputs,
      outputs,
      nodes: this.nodeList,
      parameters: this.parameters,
      types: this.types,
    };
  }

  private fresh(stem: string): string {
    let name: string;
    do name = `sightline/${stem}_${this.counter++}`;
    while (this.types.has(name) || this.reserved.has(name));
    return name;
  }

  private uniqueNodeName(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.nodeNames.has(name); i++) name = `${wanted}_${i}`;
    this.nodeNames.add(name);
    return name;
  }

  private declare(name: string, type: ValueType): void {
    if (this.types.has(name)) throw new GraphError(name, "is made twice");
    this.types.set(name, type);
  }

  private learn(name: string, value: Tensor): void {
    if (value.data.length <= maxKnownInts) this.knownInts.set(name, [...value.data]);
  }

  /**
   * Follows shape arithmetic: evaluates a small node whose inputs are known (sizes are scaled as floats), else asks the operator, which
   * may know of integers that are names.
   */
  private follow(node: Node, types: readonly ValueType[], op: Op, context: ShapeContext): void {
    const isSmall = ({ dims }: ValueType) => !isConcrete(dims) || sizeOf(dims) <= maxKnownInts;
    if (!node.outputs.every((output, i) => !output || isSmall(types[i]!))) return;
    const inputs = node.inputs.map((name) => this.smallTensor(name));
    const isKnown = inputs.length > 0 && inputs.every((value, i) => value || !node.inputs[i]);
    const values = isKnown ? op.eval(inputs, node) : [];
    node.outputs.forEach((output, i) => {
      if (!output) return;
      if (isKnown) return this.learn(output, values[i]!);
      const ints = isIndex(types[i]!.type) ? op.ints?.(context, i) : undefined;
      if (ints && ints.length <= maxKnownInts) this.knownInts.set(output, ints);
    });
  }

  private smallTensor(name: string): Tensor | undefined {
    const parameter = inlineTensor(this.parameters.get(name));
    if (parameter) return parameter.data.length <= maxKnownInts ? parameter : undefined;
    const known = this.knownInts.get(name);
    const type = this.types.get(name);
    if (!known || !type || !isConcrete(known) || !isConcrete(type.dims)) return undefined;
    return tensor(type.type, known, type.dims);
  }
}

function isIndex(type: DType): boolean {
  return type === "int64" || type === "int32" || type === "bool";
}

function withDefaults(
  node: Node,
  allowed: Readonly<Record<string, AttributeValue | undefined>>,
  source: string,
): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of Object.keys(node.attributes)) {
    if (!(name in allowed)) {
      throw new UnsupportedOpError(node.op, node.name, source, `has the unknown attribute ${name}`);
    }
  }
  for (const [name, fallback] of Object.entries(allowed)) {
    const value = node.attributes[name] ?? fallback;
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Errors of a shape rule gain the node they are about. */
function naming<T>(node: Node, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause;
    throw new GraphError(node.name, `shape inference of ${node.op} failed`, { cause });
  }
}
