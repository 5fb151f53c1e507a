import type { ModelRequest } from "../api";
import { checkCancelled, describeError, type Cancellation } from "../error";
import type { Bitmap } from "../image/image";
import { conventionsToTry, resolveProfile, type ProfileRequest } from "../profile/resolveProfile";
import { inputDims } from "../model/inputDims";
import type { SourcedProfile } from "../profile/profile";
import { usualSize } from "../profile/profileEvidence";
import { mostTrialImages, tryConventions, type Trial } from "../profile/trial";
import type { OpenModel } from "./openModel";
import { isImageName } from "../picture/imageName";
import type { Platform } from "../platform";
import { zeros, type Tensor } from "../tensor";

/** What a trial may cost, in milliseconds: slow models are tried on fewer images. */
const budget = 4000;
const fewestImages = 4;
/** Of what is remembered: a trial of another version is made again. */
const version = 4;

/** What the cache folder remembers of a trial. */
interface Memory {
  readonly version: number;
  readonly trial: Trial;
  /** How many images there were; not all may have been readable or affordable. */
  readonly offered: number;
}

export interface TrialOptions {
  readonly signal?: Cancellation;
  readonly progress?: (fraction: number, text: string) => void;
}

/**
 * A model's profile; what neither files nor graph tell is tried on the user's images. The result is remembered by the model's content, in
 * the cache folder, and tried again only when it was unsure and more images are there.
 */
export async function findProfile(
  platform: Platform,
  model: OpenModel,
  request: ModelRequest,
  options: TrialOptions,
): Promise<SourcedProfile> {
  const { input, sidecar, beside, session } = model;
  const { width = usualSize.width, height = usualSize.height } = input;
  const size = sidecar?.fields.size ?? { width, height };
  const { anatomy } = session(size).model;
  const facts: ProfileRequest = { model: request.model, anatomy, sidecar, beside };
  if (conventionsToTry(facts).length === 0) return resolveProfile(facts);
  const images = await trialImages(platform, request.trialImages ?? []);
  const trial = await rememberedTrial(platform, model, facts, images, options);
  return resolveProfile({ ...facts, trial });
}

async function rememberedTrial(
  platform: Platform,
  model: OpenModel,
  facts: ProfileRequest,
  images: readonly string[],
  options: TrialOptions,
): Promise<Trial | undefined> {
  const { files, cacheFolder, log } = platform;
  const conventions = conventionsToTry(facts);
  const ids = conventions.map(({ id }) => id).join("-");
  const path = files.join(
    cacheFolder,
    "trials",
    `${await contentKey(platform, model)}-${ids}.json`,
  );
  const known = await recall(platform, path);
  if (known && (known.trial.sure || known.offered >= images.length)) return known.trial;
  const trial = await tryOut(platform, model, facts, images, options);
  if (!trial) return known?.trial;
  log(`preprocessing of ${facts.model} by trial: ${trial.text} (${trial.figures})`);
  await files
    .write(path, JSON.stringify({ version, trial, offered: images.length } satisfies Memory))
    .catch((cause: unknown) => log(`the trial is not remembered: ${describeError(cause)}`));
  return trial;
}

/** The model file's hash, and the size and time of its weight files: checkpoints may share all but those. */
async function contentKey({ files }: Platform, { opened }: OpenModel): Promise<string> {
  const hash = await files.hash(opened.file);
  const stats = await Promise.all(opened.companions.map((path) => files.stat(path)));
  const sum = (key: "size" | "modified") =>
    Math.round(stats.reduce((total, stat) => total + (stat?.[key] ?? 0), 0));
  return stats.length === 0 ? hash : `${hash}-${sum("size")}-${sum("modified")}`;
}

async function recall({ files }: Platform, path: string): Promise<Memory | undefined> {
  if (!(await files.stat(path))) return undefined;
  try {
    const known = JSON.parse(await files.readText(path)) as Memory;
    return known.version === version ? known : undefined;
  } catch {
    // What cannot be read is made again.
    return undefined;
  }
}

/** The images asked for, then their neighbours in the same folders: the more a guess is tried on, the better it is. */
async function trialImages({ files }: Platform, asked: readonly string[]): Promise<string[]> {
  const images = [...asked];
  for (const folder of new Set(asked.map((path) => files.folderOf(path)))) {
    if (images.length >= mostTrialImages) break;
    const names = await files.list(folder).catch(() => []);
    images.push(...names.filter(isImageName).map((name) => files.join(folder, name)));
  }
  return [...new Set(images)].slice(0, mostTrialImages);
}

async function tryOut(
  platform: Platform,
  { input, session }: OpenModel,
  facts: ProfileRequest,
  images: readonly string[],
  { signal, progress }: TrialOptions,
): Promise<Trial | undefined> {
  const { profile } = resolveProfile(facts);
  const conventions = conventionsToTry(facts);
  const model = session(profile.size);
  const scores = async (tensor: Tensor) => {
    await platform.pause();
    return model.logits(tensor, profile);
  };
  if (images.length === 0) return undefined;
  const cost = await costOf(platform, () =>
    scores(zeros("float32", inputDims(input, profile.size))),
  );
  const affordable = Math.max(fewestImages, Math.floor(budget / (cost * conventions.length)));
  const text = "finding out how the model wants its images";
  return tryConventions({
    images: decodeAll(platform, images.slice(0, affordable), signal),
    conventions,
    profile,
    input,
    scores,
    signal,
    progress: (fraction) => progress?.(fraction, text),
  });
}

/** Milliseconds of one run, without the first, which compiles. */
async function costOf({ now }: Platform, run: () => Promise<unknown>): Promise<number> {
  await run();
  const started = now();
  await run();
  return now() - started;
}

/**
 * Images that cannot be read teach nothing here; they are reported when they are explained. Stops when decoding, too, has used up the
 * budget.
 */
async function* decodeAll(
  { images, now }: Platform,
  paths: readonly string[],
  signal: Cancellation | undefined,
): AsyncIterable<Bitmap> {
  const started = now();
  for (const [i, path] of paths.entries()) {
    checkCancelled(signal);
    if (i >= fewestImages && now() - started > budget) return;
    const bitmap = await images.decode(path).catch(() => undefined);
    if (bitmap) yield bitmap;
  }
}
