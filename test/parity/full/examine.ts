/** node examine.cjs FOLDER: opens the export in FOLDER with Sightline and prints, as JSON, how it compares with PyTorch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../../src/explain/error";
import { decodeNpy } from "../../../src/explain/file/npy";
import type { Anatomy } from "../../../src/explain/model/model";
import type { Session } from "../../../src/explain/session";
import type { Tensor } from "../../../src/explain/tensor";
import { error } from "../error";
import { anyProfile, gradCamAt, inputGradients, openSession } from "../session";

/** Beyond it the numbers of a map are looked for in other places. */
const tolerance = 1e-3;

/** What export.py writes. */
interface Golden {
  readonly name: string;
  readonly exporter: string;
  readonly side: number;
  readonly classes: readonly number[];
  readonly logits: readonly number[];
  readonly layers: readonly GoldenLayer[];
}

interface GoldenLayer {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Where its maps begin in golden.bin, in numbers. */
  readonly offset: number;
  /** Whether no map is blank; the others are NaN. */
  readonly telling: boolean;
}

/**
 * How one comparison ended: the error relative to the map's maximum, or why there is none. `moved`: the numbers agree, but PyTorch's tokens, read row
 * by row, have them in other places, as they lie in windows there.
 */
export type Outcome =
  { readonly error: number; readonly moved?: boolean } | { readonly failure: string };

export interface Examination {
  readonly open: { readonly failure?: string; readonly milliseconds: number };
  readonly layer?: string;
  readonly layerReason?: string;
  readonly layers?: number;
  readonly camHead?: string;
  readonly nodes?: number;
  readonly logits?: Outcome;
  readonly default?: Outcome;
  readonly earlier?: readonly { readonly layer: string; readonly outcome: Outcome }[];
  readonly inputGradient?: Outcome;
}

async function examine(folder: string): Promise<Examination> {
  const golden = JSON.parse(readFileSync(join(folder, "golden.json"), "utf8")) as Golden;
  const started = performance.now();
  const spent = () => Math.round(performance.now() - started);
  let session: Session;
  try {
    session = await openSession(join(folder, "model.onnx"), golden.side);
  } catch (cause) {
    return { open: { failure: describe(cause), milliseconds: spent() } };
  }
  const opened = { milliseconds: spent() };
  const { graph, anatomy } = session.model;
  const found = anatomy.layers.find((layer) => layer.default);
  return {
    open: opened,
    nodes: graph.nodes.length,
    layers: anatomy.layers.length,
    layer: found && `${found.name} (${found.op} ${found.channels}×${found.height}×${found.width})`,
    layerReason: anatomy.layerReason,
    camHead: typeof anatomy.camHead === "string" ? anatomy.camHead : "yes",
    ...(await compare(session, golden, folder)),
  };
}

async function compare(
  session: Session,
  golden: Golden,
  folder: string,
): Promise<Partial<Examination>> {
  const bytes = readFileSync(join(folder, "golden.bin"));
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const input = decodeNpy(readFileSync(join(folder, "input.npy")), "input.npy");
  const { anatomy } = session.model;
  const { before, atDefault } = chooseLayers(anatomy, golden);
  const at = (layer: GoldenLayer | undefined) =>
    outcome(() => mapError(session, input, numbers, golden, layer));
  return {
    logits: await outcome(async () => {
      const scores = await session.logits(input, anyProfile);
      return error(
        golden.classes.map((index) => scores.data[index]!),
        golden.logits,
      );
    }),
    default: await at(atDefault),
    earlier: await inTurn(before, async (layer) => ({
      layer: layer.name,
      outcome: await at(layer),
    })),
    inputGradient: await outcome(async () => {
      const { maps } = await inputGradients(session, input, golden.classes.slice(0, 1));
      return error(maps[0]!.data, numbers.subarray(0, 3 * golden.side ** 2));
    }),
  };
}

/** The default layer and two before it, as far as PyTorch has the same values. */
function chooseLayers(
  { layers }: Anatomy,
  golden: Golden,
): { atDefault?: GoldenLayer; before: readonly GoldenLayer[] } {
  const key = ({ name, channels, height }: Pick<GoldenLayer, "name" | "channels" | "height">) =>
    [name, channels, height].join();
  const known = new Map(golden.layers.map((layer) => [key(layer), layer]));
  const end = layers.findIndex((layer) => layer.default);
  const shared = layers
    .slice(0, Math.max(end, 0))
    .flatMap((layer) => known.get(key(layer)) ?? [])
    .filter(({ telling }) => telling);
  const places = [Math.floor(shared.length / 3), Math.floor((shared.length * 2) / 3)];
  const before = [...new Set(places)].flatMap((place) => shared[place] ?? []);
  return { atDefault: layers[end] && known.get(key(layers[end])), before };
}

async function mapError(
  session: Session,
  input: Tensor,
  numbers: Float32Array,
  { classes }: Golden,
  layer: GoldenLayer | undefined,
): Promise<number | Outcome> {
  const { layers, layerReason } = session.model.anatomy;
  if (!layers.some((candidate) => candidate.default)) throw new Error(layerReason);
  if (!layer) throw new Error("PyTorch has no value that is the default layer");
  const { maps } = await gradCamAt(layer.name)(session, input, classes);
  const size = layer.height * layer.width;
  const stacks = maps.map(({ data }, k) => {
    const from = layer.offset + k * size;
    return [data, numbers.subarray(from, from + size)] as const;
  });
  const told = stacks.filter(([, golden]) => Number.isFinite(golden[0]));
  if (told.length === 0) return NaN;
  const worst = Math.max(...told.map(([ours, golden]) => error(ours, golden)));
  const sorted = told.map(([ours, golden]) => error(ours.toSorted(), golden.toSorted()));
  const moved = worst > tolerance && Math.max(...sorted) < tolerance;
  return moved ? { error: Math.max(...sorted), moved } : worst;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

async function outcome(work: () => Promise<number | Outcome>): Promise<Outcome> {
  try {
    const found = await work();
    if (typeof found !== "number") return found;
    if (Number.isFinite(found)) return { error: found };
    throw new Error("PyTorch's own map is blank there, or ours is not all numbers");
  } catch (cause) {
    return { failure: describe(cause) };
  }
}

function describe(cause: unknown): string {
  // What is no SightlineError is a mistake of ours, and where it happened matters.
  const isOurs = cause instanceof Error && cause.name === "TypeError" && cause.stack;
  return isOurs ? isOurs.split("\n").slice(0, 4).join(" ") : describeError(cause);
}

void examine(process.argv[2]!).then((result) => console.log(JSON.stringify(result)));
