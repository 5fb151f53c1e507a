import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeError } from "../../../src/explain/error";
import { decodeModel, encodeModel } from "../../../src/explain/format/onnx/proto";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { toFloat32 } from "../../../src/explain/graph/float32";
import type { Graph } from "../../../src/explain/graph/graph";
import { loadOnnxruntime } from "../../../src/explain/runtime/onnxruntime/load";
import { onnxruntimeRuntime } from "../../../src/explain/runtime/onnxruntime/onnxruntime";
import { fromOrt, toOrt } from "../../../src/explain/runtime/onnxruntime/tensor";
import { evaluate } from "../../../src/explain/runtime/reference";
import type { Tensors } from "../../../src/explain/runtime/runtime";
import { castTo, dtypes } from "../../../src/explain/tensor";
import { fixings, fixInputs, readValues, type Case } from "./case";
import { difference } from "./compare";
import { files } from "./files";
import { gradientOf } from "./slope";

/** What was found out about one case. Of each way to run it: `""` when the results are as expected, else what was wrong. */
export interface Outcome {
  /** The operators of the graph that was read; absent when it was not. */
  readonly ops?: readonly string[];
  /** Which inputs were weights; see {@link fixings}. */
  readonly fixing: string;
  /** By the operators' own `eval`. */
  readonly evaluated: string;
  /** By the onnxruntime runtime: simplified, lowered, written, run. */
  readonly compiled: string;
  /** Whether both agree on the gradient, and finite differences with them; absent where there is nothing to differentiate. */
  readonly gradient?: string;
  /** The file in onnxruntime, without Sightline. A case that is {@link Case.restated} is one only if that passes. */
  readonly alone: string;
}

/** The ways to run a case. */
export type Way = "evaluated" | "compiled" | "gradient" | "alone";

/**
 * How native code that may end the process is called: `announce` tells the way before it starts; ways that ended an earlier process are
 * `known`, with what was wrong, and not tried again.
 */
export interface Care {
  announce(way: Way): void;
  readonly known: Readonly<Partial<Record<Way, string>>>;
}

const runtime = onnxruntimeRuntime(files);

export async function checkCase(folder: string, item: Case, care: Care): Promise<Outcome> {
  const values = await readValues(folder, item.name);
  const path = join(folder, `${item.name}.onnx`);
  const alone = await attempt(item, values, care, "alone", () => runAlone(path, values));
  const invalid = { fixing: "", evaluated: alone, compiled: alone };
  if (item.restated && alone) return { ...invalid, alone };
  return { ...(await checkOurs(folder, item, values, care)), alone };
}

type Ours = Omit<Outcome, "alone">;

/** With the first fixing with which everything passes, else with the first of those that get furthest. */
async function checkOurs(folder: string, item: Case, values: Tensors, care: Care): Promise<Ours> {
  const temporary = mkdtempSync(join(tmpdir(), "sightline-operators-"));
  let best: Ours | undefined;
  try {
    for (const [i, fixing] of fixings.entries()) {
      let path = join(folder, `${item.name}.onnx`);
      if (i > 0) {
        const bytes = fixInputs(folder, item.name, values, fixing);
        if (!bytes) continue;
        path = join(temporary, `${item.name}.onnx`);
        writeFileSync(path, bytes);
      }
      const found = { ...(await checkFile(path, item, values, care)), fixing: fixing.title };
      if (!best || passed(found) > passed(best)) best = found;
      if (!found.evaluated && !found.compiled && !found.gradient) break;
    }
    return best!;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** A gradient that exists counts more than one that has nothing to be of. */
function passed({ evaluated, compiled, gradient }: Ours): number {
  const slope = gradient === "" ? 0.5 : gradient === undefined ? 0.25 : 0;
  return +!evaluated + +!compiled + slope;
}

async function checkFile(
  path: string,
  item: Case,
  values: Tensors,
  care: Care,
): Promise<Omit<Ours, "fixing">> {
  let graph: Graph;
  try {
    graph = (await openOnnx(path, files)).graph;
  } catch (cause) {
    const message = describeError(cause).replaceAll(path, `${item.name}.onnx`);
    return { evaluated: message, compiled: message };
  }
  const ops = [...new Set(graph.nodes.map(({ op }) => op))].sort();
  const evaluated = await attempt(item, values, care, "evaluated", () =>
    evaluate(graph, feedsOf(graph, values)),
  );
  const compiled = await attempt(item, values, care, "compiled", () =>
    runCompiled(toFloat32(graph), values),
  );
  if (evaluated || item.restated) return { ops, evaluated, compiled };
  care.announce("gradient");
  const gradient = care.known.gradient ?? (await gradientOf(toFloat32(graph), values, runCompiled));
  return { ops, evaluated, compiled, ...(gradient !== undefined && { gradient }) };
}

/** Runs in one way and compares: `""`, or what is wrong. */
async function attempt(
  item: Case,
  values: Tensors,
  { announce, known }: Care,
  way: Way,
  run: () => Tensors | Promise<Tensors>,
): Promise<string> {
  if (known[way] !== undefined) return known[way];
  announce(way);
  try {
    const found = await run();
    const expected = Object.keys(found).map((name) => [name, values[name]!]);
    return difference(found, Object.fromEntries(expected), item) ?? "";
  } catch (cause) {
    return describeError(cause).split("\n")[0]!;
  }
}

async function runCompiled(graph: Graph, values: Tensors): Promise<Tensors> {
  const program = await runtime.compile(graph, { threads: 1 });
  try {
    return await program.run(feedsOf(graph, values));
  } finally {
    await program.dispose();
  }
}

function feedsOf(graph: Graph, values: Tensors): Tensors {
  return Object.fromEntries(
    graph.inputs.map(({ name, type }) => {
      const value = values[name]!;
      return [name, dtypes[type].float ? castTo(value, type) : value];
    }),
  );
}

async function runAlone(path: string, values: Tensors): Promise<Tensors> {
  const ort = await loadOnnxruntime();
  const session = await ort.InferenceSession.create(withKnownVersions(readFileSync(path)), {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  try {
    const feeds = session.inputNames.map((name) => [name, toOrt(ort, values[name]!)]);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [name, fromOrt(value)]),
    );
  } finally {
    await session.release();
  }
}

/** The newest that onnxruntime reads: of the file format, and of the standard operators. */
const newestRead = { irVersion: 13, opset: 26 };

/**
 * A model as it would be if it were no newer than onnxruntime. Most operators of a newer opset have not changed, and the others fail: what
 * counts is whether onnxruntime has the operator.
 */
function withKnownVersions(bytes: Uint8Array): Uint8Array {
  const { irVersion = 0, opsetImport, ...model } = decodeModel(bytes);
  return encodeModel({
    ...model,
    irVersion: Math.min(irVersion, newestRead.irVersion),
    opsetImport: opsetImport.map(({ domain = "", version = 0 }) => ({
      domain,
      version: domain === "" ? Math.min(version, newestRead.opset) : version,
    })),
  });
}
