import { FormatError, GraphError, SightlineError, UnsupportedOpError } from "../../error";
import type { Files } from "../../file/file";
import { Builder } from "../../graph/builder";
import type { Dim, Graph, Node } from "../../graph/graph";
import type { OpenedModel } from "../../model/model";
import { readAttributes, type Refuse } from "./attribute";
import { checkNode } from "./checkNode";
import { readConstant } from "./constant";
import { controls } from "./control";
import { dtypeOf, elementTypeName } from "./elementType";
import {
  domainOf,
  functionInliner,
  readOpsets,
  type Inline,
  type Opsets,
  type VersionedNode,
} from "./function";
import { inOrder } from "./order";
import {
  decodeModel,
  type DimensionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from "./proto";
import { Sequences } from "./sequence";
import { readSkeleton } from "./skeleton";
import { sizeOfGraph } from "./subgraph";
import { TensorReader } from "./tensor";
import { newestOpset, oldestOpset, upgrade } from "./upgrade/index";

/**
 * Reads an ONNX model into a graph of the one opset that Sightline computes with. Nothing is folded: initializers and Constant
 * nodes become parameters under their own names, the big ones by the place in the file where they lie; layers keep the
 * tensors' names.
 *
 * Throws `FormatError` for a file that is damaged, incomplete or out of the range of what is understood, and
 * `UnsupportedOpError` for an operator without an implementation.
 */
export async function openOnnx(path: string, files: Files): Promise<OpenedModel> {
  const real = await files.realPath(path);
  const model = decode(path, await readSkeleton(real, files));
  const tensors = new TensorReader(path, files);
  const reader = new GraphReader(path, model, tensors);
  const graph = await reader.read();
  const companions = await tensors.external.companions();
  const { names } = reader;
  return { file: path, format: "onnx", graph, names, facts: factsOf(model), companions };
}

type CompleteModel = ModelProto & { readonly graph: GraphProto };

function decode(path: string, bytes: Uint8Array): CompleteModel {
  const incomplete = (problem: string, cause?: unknown) =>
    new FormatError(path, problem, "copy it again or export it again", { cause });
  let model: ModelProto;
  try {
    model = decodeModel(bytes);
  } catch (cause) {
    throw incomplete("this ONNX model is damaged", cause);
  }
  const { graph, opsetImport } = model;
  if (!graph) throw incomplete("this ONNX model has no graph");
  const opset = opsetImport.find((item) => domainOf(item) === "")?.version;
  if (opset === undefined) throw incomplete("this ONNX model does not say its opset");
  if (opset >= oldestOpset && opset <= newestOpset) return { ...model, graph };
  throw new FormatError(
    path,
    `this ONNX model has opset ${opset}, but ${oldestOpset} to ${newestOpset} are understood`,
    `export it again with one of these, such as ${opset < oldestOpset ? 17 : newestOpset}`,
  );
}

function factsOf(model: CompleteModel): Record<string, string> {
  const facts: Record<string, string> = { irVersion: String(model.irVersion ?? 0) };
  for (const item of model.opsetImport) {
    const domain = domainOf(item);
    facts[domain ? `opset ${domain}` : "opset"] = String(item.version ?? 0);
  }
  const producer = [model.producerName, model.producerVersion].filter(Boolean).join(" ");
  if (producer) facts.producer = producer;
  for (const { key, value } of model.metadataProps) {
    if (key) facts[`metadata ${key}`] = value ?? "";
  }
  return facts;
}

/** Inner graphs nest no deeper than this. */
const deepest = 32;
/** What they come to, written out, graphs inside them included: nested loops grow without bounds from a few bytes. */
const mostInner = 20_000;

class GraphReader {
  /** What the file's nodes make. */
  readonly names = new Set<string>();
  private readonly g: Builder;
  private readonly sequences: Sequences;
  private readonly inlineCalls: Inline;
  private depth = 0;
  private inner = 0;

  constructor(
    private readonly path: string,
    private readonly model: CompleteModel,
    private readonly tensors: TensorReader,
  ) {
    this.g = new Builder(path);
    this.sequences = new Sequences(this.g);
    this.inlineCalls = functionInliner(model, path);
  }

  async read(): Promise<Graph> {
    const { initializer, input, output } = this.model.graph;
    // Until IR version 3 every initializer was listed as an input too.
    const initialized = new Set(initializer.map(({ name }) => name));
    const inputs = input.filter(({ name }) => !initialized.has(name));
    try {
      for (const value of inputs) this.addInput(value);
      await this.addGraph(this.model.graph, readOpsets(this.model.opsetImport));
      return this.g.finish(output.map(({ name }) => name ?? ""));
    } catch (cause) {
      if (!(cause instanceof GraphError)) throw cause;
      const remedy = "export the model again for inference and check it with onnx.checker";
      throw this.refuse(cause.message.replace(/\.$/, ""), remedy, cause);
    }
  }

  private addInput({ name = "", type }: ValueInfoProto): void {
    const { elemType, shape } = type?.tensorType ?? {};
    const dtype = dtypeOf(elemType);
    const again = "export the model with tensor inputs of known rank";
    if (!dtype) {
      const what = type?.tensorType
        ? `element type ${elementTypeName(elemType)}`
        : "no tensor type";
      throw this.refuse(`its input “${name}” has ${what}, which is not supported`, again);
    }
    if (!shape) throw this.refuse(`its input “${name}” has no shape`, again);
    this.g.input(
      name,
      dtype,
      shape.dim.map((dim, axis) => sizeOf(dim, `${name}.${axis}`)),
    );
  }

  /** Adds the weights and nodes of the model's graph, or of one inside it under names of its own. */
  private async addGraph(graph: GraphProto, opsets: Opsets): Promise<void> {
    const { initializer, sparseInitializer, node } = graph;
    if (sparseInitializer.length > 0) {
      throw this.refuse(
        "it has sparse weights, which are not supported",
        "store them as dense ones",
      );
    }
    for (const tensor of initializer) {
      const name = tensor.name ?? "";
      this.g.parameter(name, await this.tensors.read(tensor, name));
    }
    for (const item of inOrder(this.inlineCalls(node, opsets))) await this.addNode(item);
  }

  private async addInner(graph: GraphProto, opsets: Opsets, refuse: Refuse): Promise<void> {
    if (this.depth > deepest) throw refuse("holds graphs that nest too deeply");
    this.inner += sizeOfGraph(graph);
    if (this.inner > mostInner) {
      const most = mostInner.toLocaleString("en");
      throw refuse(
        `holds graphs that, written out, come to more than ${most} turns, nodes and weights`,
        "export the model without loops",
      );
    }
    this.depth++;
    await this.addGraph(graph, opsets);
    this.depth--;
  }

  private async addNode({ node: proto, opsets }: VersionedNode): Promise<void> {
    const domain = domainOf(proto);
    const op = domain ? `${domain}.${proto.opType}` : (proto.opType ?? "");
    const name = proto.name || proto.output[0] || op;
    proto.output.forEach((output) => this.names.add(output));
    const refuse: Refuse = (detail, remedy) =>
      new UnsupportedOpError(op, name, this.path, detail, remedy);
    try {
      await this.addNamed(proto, op, name, opsets, refuse);
    } catch (cause) {
      if (cause instanceof SightlineError) throw cause;
      // What nothing foresaw is told about the node.
      throw refuse("cannot be understood", "check the model with onnx.checker, or export it again");
    }
  }

  private async addNamed(
    proto: NodeProto,
    op: string,
    name: string,
    opsets: Opsets,
    refuse: Refuse,
  ): Promise<void> {
    const [output] = proto.output.filter(Boolean);
    if (output === undefined) throw refuse("has no output", "export the model again");
    if (op === "Constant") {
      this.g.parameter(output, await readConstant(proto, this.tensors, refuse));
      return;
    }
    const control = controls.get(op);
    if (control) {
      const inline = (graph: GraphProto) => this.addInner(graph, opsets, refuse);
      return control({ g: this.g, refuse, inline }, proto);
    }
    const opset = opsets.get("");
    if (!opset) throw refuse("is used, but the file does not say in which opset");
    const attributes = await readAttributes(proto, this.tensors, refuse);
    const node: Node = { op, name, inputs: proto.input, outputs: proto.output, attributes };
    checkNode(node, refuse);
    if (this.sequences.add(node, refuse)) return;
    this.g.append(upgrade(this.g, node, opset, refuse));
  }

  private refuse(problem: string, remedy: string, cause?: unknown): FormatError {
    return new FormatError(this.path, problem, remedy, { cause });
  }
}

/** Sizes that are not known get a name of their own unless the file names them. */
function sizeOf({ dimValue, dimParam = "" }: DimensionProto, name: string): Dim {
  if (dimValue !== undefined && dimValue > 0) return dimValue;
  const given = dimParam.replaceAll(" ", "");
  if (/^\d+$/.test(given)) return Number(given);
  return given || name.replaceAll("*", "_");
}
