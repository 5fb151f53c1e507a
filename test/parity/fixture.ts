import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { encodeNpy } from "../../src/explain/file/npy";
import { temporaryFolder } from "../helper/files";
import { hashTensor, weightOf, type Rule } from "./hashWeights";

/** Maps of one layer, in the order of the fixture's classes, C order. */
export interface Maps {
  readonly dims: readonly [height: number, width: number];
  readonly maps: readonly (readonly number[])[];
}

/** What make/make.py and make/small.py write: a network without its weights, and what PyTorch computes with them in float64. */
export interface Golden {
  readonly input: Rule;
  /** The predicted class first. */
  readonly classes: readonly number[];
  readonly logits: readonly number[];
  /** The signed sums, before the ReLU. */
  readonly gradCam: readonly (Maps & { readonly name: string; readonly default: boolean })[];
  /** Absent where the network has no head that CAM could read. */
  readonly cam?: Maps;
  /** pytorch-grad-cam's own answer at the default layer: normalised to 0…1. */
  readonly pytorchGradCam?: Maps;
  /** Of each class's gradient by the image every `stride`-th number. */
  readonly inputGradient?: {
    readonly stride: number;
    readonly values: readonly (readonly number[])[];
  };
  /** SHA-256 of the weights. */
  readonly sha256: string;
  /** In the order in which they lie in the file of weights. */
  readonly parameters: readonly Rule[];
}

const folder = join(import.meta.dirname, "golden");

export const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""));

/** The files that the service opens, and the hash of the weights in them. */
export interface Files {
  readonly model: string;
  readonly tensor: string;
  readonly sha256: string;
}

/** A fixture for the tests around; its files are written when they are first asked for and gone after the tests. */
export function useFixture(name: string): { golden: Golden; files: () => Files } {
  const golden = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Golden;
  const target = temporaryFolder();
  let files: Files | undefined;
  return { golden, files: () => (files ??= writeFixture(name, golden, target)) };
}

/** Writes the model with its weights beside it, and the input. */
function writeFixture(name: string, { input, parameters }: Golden, target: string): Files {
  const path = (extension: string) => join(target, name + extension);
  writeFileSync(path(".onnx"), gunzipSync(readFileSync(join(folder, `${name}.onnx.gz`))));
  writeFileSync(path(".npy"), encodeNpy({ dims: input.dims, data: hashTensor(input) }));
  const sha256 = writeWeights(path(".weights"), parameters);
  return { model: path(".onnx"), tensor: path(".npy"), sha256 };
}

function writeWeights(path: string, parameters: readonly Rule[]): string {
  const hash = createHash("sha256");
  const file = openSync(path, "w");
  for (const rule of parameters) {
    const bytes = new Uint8Array(weightOf(rule).buffer);
    hash.update(bytes);
    writeSync(file, bytes);
  }
  closeSync(file);
  return hash.digest("hex");
}
