import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeModel, encodeModel } from "../../../src/explain/format/onnx/proto";
import { TensorReader } from "../../../src/explain/format/onnx/tensor";
import { inlineTensor } from "../../../src/explain/graph/graph";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { dtypes, type DType } from "../../../src/explain/tensor";
import { files } from "./files";

/** A case as export.py lists it. */
export interface Case {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  /** The opset in which the form of the operator appeared. */
  readonly since: number;
  /** Of the standard domain; absent where the model uses none of it. */
  readonly opset: number | null;
  /** Whether the model is the operator's definition by others instead of the operator. */
  readonly expanded: boolean;
  /** Whether export.py made the model of a case by saying it in another form, which `since` names. */
  readonly restated: boolean;
  /** All operators of the model. */
  readonly uses: readonly string[];
  /** What the inputs and outputs are: tensor, sequence, optional, map. */
  readonly kinds: readonly string[];
  /** Their element types, as ONNX names them. */
  readonly types: readonly string[];
  readonly rtol: number;
  readonly atol: number;
}

export interface Index {
  /** The version of the onnx package. */
  readonly onnx: string;
  readonly cases: readonly Case[];
  /** Operator of the standard domain → the opsets in which its definition changed. */
  readonly operators: Readonly<Record<string, readonly number[]>>;
}

export function readIndex(folder: string): Index {
  return JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as Index;
}

/** The values of all inputs and outputs of a case's model, by name. */
export async function readValues(folder: string, name: string): Promise<Tensors> {
  const path = join(folder, `${name}.data.onnx`);
  const reader = new TensorReader(path, files);
  const { initializer } = decodeModel(readFileSync(path)).graph!;
  const values = initializer.map(async (tensor) => {
    const value = await reader.read(tensor, tensor.name!);
    return [tensor.name!, inlineTensor(value)!] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

/**
 * Which inputs of a model become weights. The cases give everything as inputs; in the models that people have, axes, shapes and weights are
 * part of the model, and Sightline's operators want some of them known before anything runs.
 */
export interface Fixing {
  readonly title: string;
  fixes(type: DType, index: number): boolean;
}

const isInteger = (type: DType) => !dtypes[type].float;

/** In the order in which they are tried. */
export const fixings: readonly Fixing[] = [
  { title: "as it stands", fixes: () => false },
  {
    title: "integers behind the first input as weights",
    fixes: (type, i) => i > 0 && isInteger(type),
  },
  { title: "all integers as weights", fixes: isInteger },
  { title: "all behind the first input as weights", fixes: (_, i) => i > 0 },
];

/** The bytes of the case's model where those inputs are initializers; `undefined` when none of its inputs is. */
export function fixInputs(folder: string, name: string, values: Tensors, { fixes }: Fixing) {
  const model = decodeModel(readFileSync(join(folder, `${name}.onnx`)));
  const data = decodeModel(readFileSync(join(folder, `${name}.data.onnx`)));
  const graph = model.graph!;
  const fixed = graph.input.filter((input, i) => fixes(values[input.name!]!.type, i));
  if (fixed.length === 0) return undefined;
  const names = new Set(fixed.map((input) => input.name));
  const initializer = data.graph!.initializer.filter((tensor) => names.has(tensor.name));
  const input = graph.input.filter((value) => !names.has(value.name));
  return encodeModel({
    ...model,
    graph: { ...graph, input, initializer: [...graph.initializer, ...initializer] },
  });
}
