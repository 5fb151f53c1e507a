import { dtypes, scalar, tensor, type DType } from "../tensor";
import type { Builder } from "./builder";
import { consumers, inlineTensor, type Attributes, type Graph, type Node } from "./graph";
import { rewrite, type Replacements } from "./rewrite";

/** Operators whose results are numbers they were given: on quantized values they mean the same as on real ones. */
const gridPreserving: ReadonlySet<string> = new Set([
  "ArgMax",
  "ArgMin",
  "Clip",
  "Concat",
  "DepthToSpace",
  "Expand",
  "Flatten",
  "Gather",
  "GatherElements",
  "GatherND",
  "GlobalMaxPool",
  "Identity",
  "Max",
  "MaxPool",
  "Min",
  "Pad",
  "ReduceMax",
  "ReduceMin",
  "Relu",
  "Reshape",
  "Resize",
  "Slice",
  "SpaceToDepth",
  "Split",
  "Squeeze",
  "Tile",
  "TopK",
  "Transpose",
  "Unsqueeze",
  "Where",
]);

/** A value that was integers in the file, under whose name now stand the real numbers that they mean. */
interface Grid {
  readonly integers: string;
  readonly scale: string;
  /** Empty = 0. */
  readonly zero: string;
}

/**
 * Makes quantized values real: integers are left only between a QuantizeLinear and a DequantizeLinear, which gradients go straight
 * through and which runtimes fuse into kernels on integers again. Where the file works on the integers themselves (MaxPool of bytes,
 * QLinearConv behind QLinearConv, quantized outputs), the file's names go over to the real numbers. What is computed stays the same to
 * the last bit. A graph that quantizes nothing is returned as it is.
 *
 * @param names the values that the file names: a DequantizeLinear that reading added is not the file's; absent = all.
 */
export function dequantize(graph: Graph, names?: ReadonlySet<string>): Graph {
  if (!graph.nodes.some(({ op }) => op === "QuantizeLinear")) return graph;
  const pass = new Dequantization(graph, names);
  return rewrite(graph, { node: (g, node) => pass.node(g, node) });
}

class Dequantization {
  private readonly readers: ReadonlyMap<string, readonly Node[]>;
  /** By the name of the value: as the file has it, and of the real numbers now. */
  private readonly grids = new Map<string, Grid>();
  private readonly before: ReadonlyMap<string, Node>;

  constructor(
    private readonly graph: Graph,
    private readonly names: ReadonlySet<string> | undefined,
  ) {
    this.readers = consumers(graph);
    this.before = new Map(graph.nodes.map((node) => [node.name, node]));
  }

  node(g: Builder, node: Node): Replacements {
    // Not the inputs of now: there the real numbers may stand for a DequantizeLinear of the file's.
    const read = this.before.get(node.name)!.inputs.map((input) => this.grids.get(input));
    const [grid] = read;
    if (node.op === "QuantizeLinear" && !this.isDequantized(node)) return this.quantize(g, node);
    if (grid && node.op === "DequantizeLinear" && this.isOn(grid, node)) return same(g, node);
    if (grid && node.op === "Cast" && this.isFloat(node.outputs[0]!)) return count(g, node, grid);
    const common = gridPreserving.has(node.op) && this.commonGrid(read);
    if (common) return this.lift(g, node, common);
    const inputs = node.inputs.map((input, i) => read[i]?.integers ?? input);
    return void g.append({ ...node, inputs });
  }

  /** Whether the file itself makes real numbers of the node's integers, and nothing else of them. */
  private isDequantized({ outputs: [output] }: Node): boolean {
    if (this.graph.outputs.includes(output!)) return false;
    const readers = this.readers.get(output!) ?? [];
    return readers.every(
      ({ op, inputs, outputs }) =>
        op === "DequantizeLinear" && inputs[0] === output && (this.names?.has(outputs[0]!) ?? true),
    );
  }

  private quantize(g: Builder, node: Node): undefined {
    const [, scale, zero = ""] = node.inputs as [string, string, string?];
    const integers = g.op("QuantizeLinear", node.inputs, node.attributes);
    const { axis = 1, block_size = 0 } = node.attributes;
    this.name(g, node, node.outputs[0]!, { integers, scale, zero }, { axis, block_size });
  }

  /** Gives the real numbers of `grid` the name that the integers had. */
  private name(
    g: Builder,
    node: Node,
    name: string,
    grid: Grid,
    attributes: Attributes = {},
  ): void {
    const inputs = [grid.integers, ...stepsOf(grid)];
    g.append({ op: "DequantizeLinear", name: node.name, inputs, outputs: [name], attributes });
    this.grids.set(name, grid);
  }

  /** The operator on real numbers, its results quantized as what it was given. */
  private lift(g: Builder, node: Node, grid: Grid): Replacements {
    const { type } = g.valueType(grid.integers);
    const real = (input: string) =>
      input && g.type(input) === type ? g.op("DequantizeLinear", [input, ...stepsOf(grid)]) : input;
    const { op, inputs, outputs, attributes } = onIntegers(g, node, type);
    const made = g.ops(op, inputs.map(real), outputs.length, attributes);
    const others = new Map<string, string>();
    outputs.forEach((output, i) => {
      if (!output) return;
      if (this.graph.types.get(output)!.type === type) {
        const steps = [made[i]!, ...stepsOf(grid)];
        // Both would be one too many: onnxruntime's optimizer changes the zero point's type alone (int8 to uint8).
        const said: Attributes = grid.zero ? {} : { output_dtype: type };
        const integers = g.op("QuantizeLinear", steps, said);
        return this.name(g, node, output, { ...grid, integers });
      }
      same(g, { ...node, inputs: [made[i]!], outputs: [output] })?.forEach((to, from) =>
        others.set(from, to),
      );
    });
    return others;
  }

  /** The one grid (with one scale for all) of everything quantized that a node reads. */
  private commonGrid(read: readonly (Grid | undefined)[]): Grid | undefined {
    const [first, ...others] = read.filter((grid) => grid !== undefined);
    if (!first || this.graph.types.get(first.scale)?.dims.some((dim) => dim !== 1))
      return undefined;
    const isFirst = ({ scale, zero }: Grid) =>
      this.isEqual(scale, first.scale) && this.isEqual(zero, first.zero);
    return others.every(isFirst) ? first : undefined;
  }

  private isOn({ scale, zero }: Grid, { inputs }: Node): boolean {
    return this.isEqual(inputs[1]!, scale) && this.isEqual(inputs[2] ?? "", zero);
  }

  private isEqual(a: string, b: string): boolean {
    if (a === b) return true;
    const [x, y] = [a, b].map((name) => inlineTensor(this.graph.parameters.get(name)));
    return x !== undefined && y !== undefined && String(x.data) === String(y.data);
  }

  private isFloat(value: string): boolean {
    return dtypes[this.graph.types.get(value)!.type].float;
  }
}

function stepsOf({ scale, zero }: Grid): string[] {
  return zero ? [scale, zero] : [scale];
}

/** The node's first input in its place; the name stays, should it be one of the graph's outputs. */
function same(g: Builder, node: Node): Replacements {
  const { inputs, outputs } = node;
  g.append({ ...node, op: "Identity", inputs: [inputs[0]!], attributes: {} });
  return new Map([[outputs[0]!, inputs[0]!]]);
}

/** The integers themselves as real numbers: the file casts them. */
function count(g: Builder, node: Node, { integers }: Grid): undefined {
  const one = g.constant(scalar("float32", 1));
  const counted = g.op("DequantizeLinear", [integers, one]);
  g.append({ ...node, inputs: [counted] });
}

/** An operator on integers with the integer 0 written out where it is meant, since it does not stand for the number 0. */
function onIntegers(g: Builder, node: Node, type: DType): Node {
  const zero = () => g.constant(tensor(type, [0], []));
  if (node.op === "Relu") return { ...node, op: "Max", inputs: [...node.inputs, zero()] };
  const { mode = "constant" } = node.attributes;
  if (node.op !== "Pad" || node.inputs[2] || mode !== "constant") return node;
  const [x, pads, , ...axes] = node.inputs as [string, string, ...string[]];
  return { ...node, inputs: [x, pads, zero(), ...axes] };
}
