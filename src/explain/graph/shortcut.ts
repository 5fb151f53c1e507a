import type { Tensor } from "../tensor";
import type { Builder } from "./builder";
import { broadcastDims, multiplyDims, printDims } from "./dim";
import type { Dim, Node } from "./graph";
import type { Replacements } from "./rewrite";

/** A node that was just added, and what is known around it. */
export interface Site {
  readonly g: Builder;
  readonly node: Node;
  /** Value name → the node that makes it. */
  readonly makers: ReadonlyMap<string, Node>;
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The values that no input has a part in: parameters, and what is made of them alone. */
  readonly fixed: ReadonlySet<string>;
}

/** Finds a value that equals a node's first output and costs less; may add nodes for it. */
type Shortcut = (site: Site) => string | undefined;

/** What can stand for the node's first output, by operator. */
export function shortcut(site: Site): Replacements {
  const { op, outputs } = site.node;
  const [output] = outputs as [string];
  const value = output ? shortcuts[op]?.(site) : undefined;
  return value === undefined ? undefined : new Map([[output, value]]);
}

const shortcuts: Readonly<Record<string, Shortcut>> = {
  Identity: first,
  Dropout: first,
  Cast: ({ g, node }) =>
    node.attributes["to"] === g.type(node.inputs[0]!) ? node.inputs[0] : undefined,
  // Operators that change nothing when they leave the shape as it was.
  Expand: sameShape,
  Tile: sameShape,
  Squeeze: sameShape,
  Unsqueeze: sameShape,
  Concat: single,
  Max: single,
  Min: single,
  GlobalAveragePool: sameShape,
  GlobalMaxPool: sameShape,
  ReduceMax: sameShape,
  ReduceMean: (site) => sameShape(site) ?? meanOfCopies(site),
  ReduceMin: sameShape,
  ReduceProd: sameShape,
  ReduceSum: sameShape,
  Pad: (site) => (allEqual(site, site.node.inputs[1], 0) ? sameShape(site) : undefined),
  Slice: (site) => {
    const steps = site.node.inputs[4];
    const isDense = !steps || allEqual(site, steps, 1);
    return isDense ? (sameShape(site) ?? channelsOf(site)) : undefined;
  },
  AveragePool: singleCell,
  MaxPool: singleCell,
  Flatten: (site) => sameShape(site) ?? reshapeOfReshape(site),
  Reshape: (site) => sameShape(site) ?? reshapeOfReshape(site),
  Transpose: transposeOfTranspose,
  ConvInputGrad: scaledKernels,
  ClipGrad: (site) => clippedMaximum(site) ?? withoutExpand(site),
  Add: (site) => neutral(site, 0, [0, 1]) ?? withoutExpand(site),
  Sub: (site) => neutral(site, 0, [1]) ?? withoutExpand(site),
  Mul: (site) => neutral(site, 1, [0, 1]) ?? withoutExpand(site),
  Div: (site) => neutral(site, 1, [1]) ?? unscaled(site) ?? withoutExpand(site),
};

function first({ node }: Site): string {
  return node.inputs[0]!;
}

function single({ node }: Site): string | undefined {
  return node.inputs.length === 1 ? node.inputs[0] : undefined;
}

function sameShape({ g, node }: Site): string | undefined {
  const [input] = node.inputs;
  return equalDims(g.dims(input!), g.dims(node.outputs[0]!)) ? input : undefined;
}

/** Pooling over one cell at a time, as adaptive pooling is exported where the map already has the wanted size. */
function singleCell(site: Site): string | undefined {
  const kernel = site.node.attributes["kernel_shape"];
  const isSingle = Array.isArray(kernel) && kernel.every((size) => size === 1);
  return isSingle ? sameShape(site) : undefined;
}

/** Operators that keep the elements in their order, whatever shape they give them. */
const reshapes = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

/** Only the last of several changes of shape counts. */
function reshapeOfReshape({ g, node, makers }: Site): string | undefined {
  const wanted = g.dims(node.outputs[0]!);
  let source = node.inputs[0]!;
  while (reshapes.has(makers.get(source)?.op ?? "")) {
    source = makers.get(source)!.inputs[0]!;
    if (equalDims(g.dims(source), wanted)) return source;
  }
  const isSettled = source === node.inputs[0] || openSizes(wanted) > 1 || wanted.includes(0);
  return isSettled ? undefined : g.reshape(source, wanted);
}

/** A Reshape can leave one size open. */
function openSizes(dims: readonly Dim[]): number {
  return dims.filter((dim) => typeof dim === "string").length;
}

function transposeOfTranspose({ g, node, makers }: Site): string | undefined {
  const [input] = node.inputs;
  const rank = g.dims(input!).length;
  const outer = permutation(node, rank);
  const below = makers.get(input!);
  if (below?.op !== "Transpose") return isOrdered(outer) ? input : undefined;
  const inner = permutation(below, rank);
  const perm = outer.map((axis) => inner[axis]!);
  const source = below.inputs[0]!;
  return isOrdered(perm) ? source : g.op("Transpose", [source], { perm });
}

function permutation(node: Node, rank: number): readonly number[] {
  const perm = node.attributes["perm"] as readonly number[] | undefined;
  return perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

function isOrdered(perm: readonly number[]): boolean {
  return perm.every((axis, i) => axis === i);
}

/** x where the other operand, at one of `places`, is `value` everywhere and broadcasts nothing. */
function neutral(site: Site, value: number, places: readonly number[]): string | undefined {
  const { g, node } = site;
  const place = places.find((i) => {
    const other = node.inputs[1 - i]!;
    return (
      allEqual(site, node.inputs[i], value) && equalDims(g.dims(other), g.dims(node.outputs[0]!))
    );
  });
  return place === undefined ? undefined : node.inputs[1 - place];
}

/** x · c / c, to the last bit or so: gradients of rounding to steps of c and back. */
function unscaled({ g, node, makers, constants }: Site): string | undefined {
  const [product, divisor] = node.inputs as [string, string];
  const scaling = makers.get(product);
  const isUsual = constants.get(divisor)?.data.every((value) => value !== 0 && isFinite(value));
  if (scaling?.op !== "Mul" || scaling.inputs[1] !== divisor || !isUsual) return undefined;
  const [value] = scaling.inputs as [string];
  return equalDims(g.dims(value), g.dims(node.outputs[0]!)) ? value : undefined;
}

/** An elementwise operator broadcasts by itself: an operand need not be expanded to the shape of the other. */
function withoutExpand({ g, node, makers }: Site): string | undefined {
  const place = node.inputs.findIndex((input, i) => {
    const maker = makers.get(input);
    if (maker?.op !== "Expand") return false;
    const dims = broadcastDims(g.dims(maker.inputs[0]!), g.dims(node.inputs[1 - i]!));
    return dims && equalDims(dims, g.dims(node.outputs[0]!));
  });
  if (place < 0) return undefined;
  const source = makers.get(node.inputs[place]!)!.inputs[0]!;
  return g.op(node.op, node.inputs.with(place, source), node.attributes);
}

/**
 * Behind Conv + BatchNormalization the backward pass scales every channel before it convolves back: the factors go into the kernels,
 * which a runtime multiplies once, when it opens the graph. Measured on whole backward passes (processor time): MobileNet-V2 −8 %,
 * ResNet-50 0 to −5 %, its five best classes −6 %. In forward passes onnxruntime folds BatchNormalization itself, with Grad-CAM behind
 * them too, so there is nothing to gain there.
 */
function scaledKernels({ g, node, makers, fixed }: Site): string | undefined {
  const [dy, kernels, ...rest] = node.inputs as [string, string];
  const [channels, ...others] = g.dims(kernels);
  const perChannel = [channels!, ...others.slice(1).map(() => 1)];
  const scaling = makers.get(beforeMerging(g, makers, dy, others.length));
  if (scaling?.op !== "Mul" || !fixed.has(kernels)) return undefined;
  const place = scaling.inputs.findIndex(
    (input) => fixed.has(input) && equalDims(g.dims(input), perChannel),
  );
  if (place < 0) return undefined;
  const unscaled = scaling.inputs[1 - place]!;
  // The factors may be what gives the product its channels: behind a mean over channels one plane is scaled to many.
  if (multiplyDims(g.dims(unscaled)) !== multiplyDims(g.dims(dy))) return undefined;
  const factors = g.reshape(scaling.inputs[place]!, [channels!, ...others.map(() => 1)]);
  const scaled = [g.reshape(unscaled, g.dims(dy)), g.op("Mul", [kernels, factors]), ...rest];
  return g.op(node.op, scaled, node.attributes);
}

/** Some channels of a gradient, as the backward pass of Concat takes them, made for themselves. */
function channelsOf(site: Site): string | undefined {
  const { g, node } = site;
  const [input, starts = "", , axes = ""] = node.inputs as [string, string?, string?, string?];
  const axis = g.known(axes);
  const [start] = g.known(starts) ?? [];
  const isOfChannels =
    axis?.length === 1 && (axis[0] === 1 || axis[0] === 1 - g.dims(input).length);
  const count = g.dims(node.outputs[0]!)[1];
  if (!isOfChannels || typeof start !== "number" || start < 0 || typeof count !== "number")
    return undefined;
  return channelsMade(site, input, start, start + count);
}

/** Channels `start` to `end` of a value, if they can be had without making all of it. */
function channelsMade(site: Site, value: string, start: number, end: number): string | undefined {
  const maker = site.makers.get(value);
  if (maker?.op === "Concat") return partOfConcat(site, maker, start, end);
  if (maker?.op === "ConvInputGrad") return channelsOfInputGrad(site, maker, start, end);
  return maker?.op === "MaxPoolGrad" ? channelsOfMaxPoolGrad(site, maker, start, end) : undefined;
}

/** Along another axis every part has all channels, so that none begins and ends where some do. */
function partOfConcat({ g }: Site, concat: Node, start: number, end: number): string | undefined {
  let at = 0;
  return concat.inputs.find((input) => {
    const from = at;
    at += Number(g.dims(input)[1]);
    return from === start && at === end;
  });
}

/**
 * Some channels of a convolution's input gradient need only their kernels. Two convolutions of half the kernels cost what one of all does, and
 * onnxruntime need not leave its blocked layout to take the parts (SqueezeNet's whole backward pass −15 %).
 */
function channelsOfInputGrad(
  { g, fixed }: Site,
  maker: Node,
  start: number,
  end: number,
): string | undefined {
  const [dy, kernels] = maker.inputs as [string, string];
  if (maker.attributes["group"] !== 1 || !fixed.has(kernels)) return undefined;
  const part = g.op("Slice", [kernels, g.ints([start]), g.ints([end]), g.ints([1])]);
  return g.op("ConvInputGrad", [dy, part], maker.attributes);
}

/** The maxima of some channels are found in those. */
function channelsOfMaxPoolGrad(
  site: Site,
  maker: Node,
  start: number,
  end: number,
): string | undefined {
  const { g } = site;
  const [x, dy] = maker.inputs as [string, string];
  if (g.dims(x).length !== g.dims(dy).length) return undefined;
  const part = (value: string) =>
    channelsMade(site, value, start, end) ??
    g.op("Slice", [value, g.ints([start]), g.ints([end]), g.ints([1])]);
  return g.op("MaxPoolGrad", [part(x), part(dy)], maker.attributes);
}

/** Only maxima have a gradient behind max pooling, so that the bounds can be asked of them: there are fewer of them. */
function clippedMaximum({ g, node, makers }: Site): string | undefined {
  const [y, dy] = node.inputs as [string, string];
  const maker = makers.get(dy);
  if (maker?.op !== "MaxPoolGrad" || maker.inputs[0] !== y) return undefined;
  const bound = (name: string) => [node, maker].map(({ attributes }) => attributes[name] as number);
  const attributes = { low: Math.max(...bound("low")), high: Math.min(...bound("high")) };
  return g.op("MaxPoolGrad", maker.inputs, { ...maker.attributes, ...attributes });
}

/** What `value` is before a class axis was merged with its batch; its last axes, `kept` in number, are the same there. */
function beforeMerging(
  g: Builder,
  makers: ReadonlyMap<string, Node>,
  value: string,
  kept: number,
): string {
  const maker = makers.get(value);
  if (maker?.op !== "Reshape") return value;
  const source = maker.inputs[0]!;
  return equalDims(g.dims(source).slice(-kept), g.dims(value).slice(-kept)) ? source : value;
}

/**
 * The mean of copies is what was copied: Grad-CAM averages over positions the gradient that global average pooling has spread over
 * them. Both blocks of axes, the spread and the averaged, are the last ones.
 */
function meanOfCopies({ g, node, makers }: Site): string | undefined {
  const [input, axes] = node.inputs as [string, string | undefined];
  const below = makers.get(input);
  const spread = below?.op === "Reshape" ? makers.get(below.inputs[0]!) : below;
  const averaged = g.known(axes ?? "");
  if (spread?.op !== "Expand" || !averaged) return undefined;
  const source = g.dims(spread.inputs[0]!);
  const wide = g.dims(spread.outputs[0]!);
  const result = g.dims(node.outputs[0]!);
  const kept = source.slice(0, source.findLastIndex((dim) => dim !== 1) + 1);
  const rank = g.dims(input).length;
  const averagesLast = averaged.every((axis) => (Number(axis) + rank) % rank >= result.length);
  const spreadsLast = source.length === wide.length && equalDims(kept, wide.slice(0, kept.length));
  const isSame = multiplyDims(kept) === multiplyDims(result) && openSizes(result) <= 1;
  return averagesLast && spreadsLast && isSame ? g.reshape(spread.inputs[0]!, result) : undefined;
}

function allEqual({ g, constants }: Site, input: string | undefined, value: number): boolean {
  if (!input) return false;
  const values = constants.get(input)?.data ?? g.known(input);
  return values !== undefined && (values as readonly Dim[]).every((each) => each === value);
}

function equalDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return printDims(a) === printDims(b);
}
