import { checkCancelled, SightlineError, type Cancellation } from "../error";
import type { Files } from "../file/file";
import { dataFolder } from "../format/onnx/write";
import { inlineTensor, type Graph, type Location, type Parameter } from "../graph/graph";
import { learnedLayers } from "../judge/learned";
import { runLength, shuffle } from "../judge/shuffle";
import type { Platform } from "../platform";
import type { SessionModel } from "../session";
import { dtypes, zeros, type DType } from "../tensor";

/** What a model has learned, in another order. */
export interface ShuffledWeights {
  /** How many layers have learned anything. */
  readonly layers: number;
  /** The model whose first `count` layers from the output down are shuffled. */
  graph(count: number): Graph;
  /** Removes what lies on the disk. */
  dispose(): Promise<void>;
}

/** Where numbers start in a file, so that it can be mapped. */
const page = 4096;

/** What a process that was ended has left is removed after so many milliseconds. */
const stale = 24 * 60 * 60 * 1000;

/**
 * Shuffles all that a model has learned: what is in memory in memory, what lies in files into one file of Sightline's own, piece by piece. The model's files stay
 * as they are.
 *
 * @param order from 0 on: every number gives another order, the same every time.
 */
export async function shuffleWeights(
  platform: Platform,
  { graph, anatomy, file }: SessionModel,
  order: number,
  signal?: Cancellation,
): Promise<ShuffledWeights> {
  const { files, cacheFolder } = platform;
  const layers = learnedLayers(graph, anatomy.input.name, anatomy.score.logit);
  if (layers.length === 0) {
    const problem =
      "nothing is found in it that it has learned, so that there is nothing to shuffle";
    throw new SightlineError("method", `${file}: ${problem}.`, { file });
  }
  const folder = files.join(cacheFolder, "shuffled");
  await removeStale(files, folder);
  const path = files.join(folder, `${Math.random().toString(36).slice(2)}.bin`);
  const { parameters, located } = shuffledParameters(graph, layers.flat(), order, path);
  const changed = (count: number): Graph => {
    const own = new Map(
      layers
        .slice(0, count)
        .flatMap((names) => names.map((name) => [name, parameters.get(name)!] as const)),
    );
    return { ...graph, parameters: new Map([...graph.parameters, ...own]) };
  };
  if (located.length > 0) {
    checkDrive(changed(layers.length), file, folder);
    await files.write(path, pieces(platform, located, signal));
  }
  return {
    layers: layers.length,
    graph: changed,
    dispose: () => (located.length > 0 ? files.remove(path) : Promise.resolve()),
  };
}

/** Numbers that lie in a file, and where they lie when they are shuffled. */
interface Located {
  readonly type: DType;
  readonly from: Location;
  readonly to: Location;
  readonly seed: number;
}

function shuffledParameters(graph: Graph, names: readonly string[], order: number, path: string) {
  const parameters = new Map<string, Parameter>();
  const located: Located[] = [];
  let offset = 0;
  for (const [i, name] of names.entries()) {
    const seed = order * names.length + i;
    const parameter = graph.parameters.get(name)!;
    const inline = inlineTensor(parameter);
    if (inline) {
      const copy = zeros(inline.type, inline.dims);
      copy.data.set(inline.data);
      shuffle(copy.data, seed);
      parameters.set(name, copy);
      continue;
    }
    const from = parameter.location!;
    const to = { file: path, offset, length: from.length };
    located.push({ type: parameter.type, from, to, seed });
    parameters.set(name, { type: parameter.type, dims: parameter.dims, location: to });
    offset += Math.ceil(from.length / page) * page;
  }
  return { parameters, located };
}

/** Elements are moved as they are, by their size in bytes. */
const elements = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array };

async function* pieces(
  { files, pause }: Platform,
  located: readonly Located[],
  signal?: Cancellation,
): AsyncIterable<Uint8Array> {
  for (const { type, from, to, seed } of located) {
    const size = Math.max(1, dtypes[type].bytes) as keyof typeof elements;
    const step = runLength * size;
    for (let at = 0; at < from.length; at += step) {
      const read = await files.read(from.file, from.offset + at, Math.min(step, from.length - at));
      const bytes = new Uint8Array(read);
      shuffle(new elements[size](bytes.buffer), seed, at / size);
      yield bytes;
      await pause();
      checkCancelled(signal);
    }
    yield new Uint8Array((page - ((to.offset + to.length) % page)) % page);
  }
}

/** A runtime takes weights from one drive. */
function checkDrive(graph: Graph, file: string, folder: string): void {
  try {
    dataFolder(graph);
  } catch (cause) {
    throw new SightlineError(
      "method",
      `${file}: its weights cannot be shuffled, because ${folder}, where that would be done, is on another drive; copy the model to that drive.`,
      { file, folder },
      { cause },
    );
  }
}

async function removeStale(files: Files, folder: string): Promise<void> {
  if (!(await files.stat(folder))) return;
  for (const name of await files.list(folder)) {
    const path = files.join(folder, name);
    const stat = await files.stat(path);
    if (stat && Date.now() - stat.modified > stale) await files.remove(path);
  }
}
