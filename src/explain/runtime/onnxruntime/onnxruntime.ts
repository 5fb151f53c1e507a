import type { InferenceSession } from "onnxruntime-node";
import { describeError, GraphError, SightlineError } from "../../error";
import type { Files } from "../../file/file";
import { dataFolder, writeOnnx } from "../../format/onnx/write";
import type { Graph, Parameter } from "../../graph/graph";
import { simplify } from "../../graph/simplify";
import type { Program, Runtime, RuntimeOptions, RuntimeStatus, Tensors } from "../runtime";
import { footprint } from "./footprint";
import { loadOnnxruntime } from "./load";
import { lowerPrivate } from "./lower";
import { realWeights } from "./realWeights";
import { streamSingleRows } from "./streaming";
import { fromOrt, toOrt } from "./tensor";
import { unsignedBytes } from "./unsignedBytes";

/**
 * onnxruntime on the CPU, from its npm package: the default runtime. Weights stay in the user's files; onnxruntime maps them from
 * there.
 */
export function onnxruntimeRuntime(files: Files): Runtime {
  return {
    id: "onnxruntime",
    describe,
    compile: (graph, options) => compile(files, graph, options),
  };
}

async function describe(): Promise<RuntimeStatus> {
  try {
    const { env } = await loadOnnxruntime();
    return { available: true, description: `onnxruntime ${env.versions.node ?? ""} on the CPU` };
  } catch (cause) {
    return { available: false, reason: `its native library cannot be loaded: ${firstLine(cause)}` };
  }
}

async function compile(files: Files, graph: Graph, options: RuntimeOptions): Promise<Program> {
  const ort = await loadOnnxruntime();
  // Some simplifications are about the private operators, others about what they are lowered to.
  const simple = realWeights(unsignedBytes(simplify(lowerPrivate(simplify(graph)))));
  const ready = await withRealPaths(files, simple);
  const written = streamSingleRows(ready);
  const session = await attempt("open the graph", () =>
    ort.InferenceSession.create(writeOnnx(written), sessionOptions(options, dataFolder(written))),
  );
  return {
    bytes: footprint(written),
    run: async (feeds) => {
      const fed = Object.fromEntries(
        ready.inputs.map(({ name }) => {
          if (!feeds[name]) throw new GraphError(name, "has no value: it was not fed");
          return [name, toOrt(ort, feeds[name])];
        }),
      );
      const results = await attempt("run the graph", () => session.run(fed, graph.outputs));
      return Object.fromEntries(
        graph.outputs.map((name) => [name, fromOrt(results[name]!)]),
      ) as Tensors;
    },
    dispose: () => session.release(),
  };
}

function sessionOptions(
  { threads }: RuntimeOptions,
  folder: string | undefined,
): InferenceSession.SessionOptions {
  return {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    // 0 = as many as there are physical cores.
    intraOpNumThreads: threads ?? 0,
    interOpNumThreads: 1,
    // Nothing on standard error: what is worth knowing comes as an exception.
    logSeverityLevel: 4,
    extra: {
      session: {
        // Threads that spin between the operators of a run save up to a third of it (MobileNet-V2: 5.0 → 3.5 ms); spinning on when it is over, they would
        // take half the speed of every other session in the process.
        intra_op: { allow_spinning: "1" },
        force_spinning_stop: "1",
        ...(folder && { model_external_initializers_file_folder_path: folder }),
      },
    },
  };
}

/** onnxruntime refuses weights behind a link that leads out of their folder, as download caches have them. */
async function withRealPaths(files: Files, graph: Graph): Promise<Graph> {
  const real = new Map<string, string>();
  const parameters = new Map<string, Parameter>();
  for (const [name, parameter] of graph.parameters) {
    if (!parameter.location) {
      parameters.set(name, parameter);
      continue;
    }
    const { file } = parameter.location;
    if (!real.has(file)) real.set(file, await files.realPath(file));
    parameters.set(name, {
      ...parameter,
      location: { ...parameter.location, file: real.get(file)! },
    });
  }
  return { ...graph, parameters };
}

/** onnxruntime's own message, in one sentence. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const why = firstLine(cause);
    const remedy = /alloc|memory/i.test(why)
      ? "; free some memory, or ask for fewer classes at once"
      : "; check the model with onnx.checker, and report this if nothing is wrong with it";
    throw new SightlineError(
      "runtime",
      `onnxruntime could not ${what}: ${why}${remedy}.`,
      {},
      { cause },
    );
  }
}

function firstLine(cause: unknown): string {
  return describeError(cause).split("\n")[0]!.replace(/\.$/, "");
}
