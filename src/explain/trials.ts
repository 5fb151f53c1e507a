import type { ModelRequest } from "./api";
import { describeError, type Cancellation } from "./error";
import type { Bitmap } from "./image/image";
import { conventionsToTry, resolveProfile, type ProfileRequest } from "./model/resolveProfile";
import type { ImageInput } from "./model/model";
import type { Profile, SourcedProfile } from "./model/profile";
import { mostTrialImages, tryConventions, type Trial } from "./model/trial";
import type { OpenModel } from "./openModel";
import { isImageName } from "./picture/imageName";
import type { Platform } from "./platform";
import { zeros, type Tensor } from "./tensor";

/** What a trial may cost, in milliseconds: slow models are tried on fewer images. */
const budget = 4000;
const fewestImages = 4;
/** Of what is remembered: a trial of another version is made again. */
const version = 1;

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
  const size = sidecar?.fields.size ?? { width: input.width ?? 224, height: input.height ?? 224 };
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
  const path = files.join(cacheFolder, "trials", `${await files.hash(facts.model)}-${ids}.json`);
  const known = await recall(platform, path);
  if (known && (known.sure || known.images >= Math.min(images.length, mostTrialImages)))
    return known;
  const trial = await tryOut(platform, model, facts, images, options);
  if (!trial) return known;
  log(`preprocessing of ${facts.model} by trial: ${trial.text}`);
  await files
    .write(path, JSON.stringify({ version, trial }))
    .catch((cause: unknown) => log(`the trial is not remembered: ${describeError(cause)}`));
  return trial;
}

async function recall({ files }: Platform, path: string): Promise<Trial | undefined> {
  if (!(await files.stat(path))) return undefined;
  try {
    const known = JSON.parse(await files.readText(path)) as { version: number; trial: Trial };
    return known.version === version ? known.trial : undefined;
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
  const cost = await costOf(platform, () => scores(emptyInput(input, profile)));
  const affordable = Math.max(fewestImages, Math.floor(budget / (cost * conventions.length)));
  const text = "finding out how the model wants its images";
  return tryConventions({
    images: decodeAll(platform, images.slice(0, affordable)),
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

function emptyInput({ layout, channels }: ImageInput, { size }: Pick<Profile, "size">): Tensor {
  const { width, height } = size;
  return zeros(
    "float32",
    layout === "NCHW" ? [1, channels, height, width] : [1, height, width, channels],
  );
}

/** Images that cannot be read teach nothing here; they are reported when they are explained. */
async function* decodeAll({ images }: Platform, paths: readonly string[]): AsyncIterable<Bitmap> {
  for (const path of paths) {
    const bitmap = await images.decode(path).catch(() => undefined);
    if (bitmap) yield bitmap;
  }
}
