import type { Inspection, ModelRequest } from "./api";
import { checkCancelled } from "./error";
import { inspectModel } from "./inspection";
import type { ImageInput } from "./model/model";
import type { ProfileSource, SourcedProfile } from "./model/profile";
import { sidecarPaths, writeProfile } from "./model/profileFile";
import { openModel, type OpenModel } from "./openModel";
import type { Platform } from "./platform";
import { Programs } from "./runtime/programs";
import type { Session } from "./session";
import { findProfile, type TrialOptions } from "./trials";

/** A model whose profile is complete. */
export interface ReadyModel {
  readonly session: Session;
  readonly profile: SourcedProfile;
  readonly inspection: Inspection;
}

export interface ReadyOptions extends TrialOptions {
  readonly runtime?: string;
  /** The shape of what will be fed, when it is no image: it gives a model that takes any size its size. */
  readonly inputDims?: readonly number[];
}

interface Entry {
  readonly opening: Promise<OpenModel>;
  /** What the files looked like when it was opened. */
  readonly stamp: string;
}

/** How many models stay open; their weights lie in their files, so this costs little. */
const maxOpen = 8;

/** The models that are open. One is opened anew when its file, its profile or what lies beside it has changed. */
export class ModelStore {
  private readonly entries = new Map<string, Entry>();
  private readonly programs: Programs;

  constructor(private readonly platform: Platform) {
    this.programs = new Programs(platform.settings.memory);
  }

  /** Opens a model, or finds it open and unchanged, and completes its profile. */
  async ready(request: ModelRequest, options: ReadyOptions): Promise<ReadyModel> {
    const model = await this.open(request, options.runtime);
    checkCancelled(options.signal);
    const found = await findProfile(this.platform, model, request, options);
    const profile = withInputSize(found, model.input, options.inputDims);
    const inspection = await inspectModel(model, profile, this.platform.files);
    return { session: model.session(profile.profile.size), profile, inspection };
  }

  async createProfile(request: ModelRequest, options: TrialOptions): Promise<string> {
    const { profile } = await this.ready(request, options);
    return writeProfile(request.model, profile, this.platform.files);
  }

  dispose(): Promise<void> {
    this.entries.clear();
    this.programs.drop(() => true);
    return Promise.resolve();
  }

  private async open(request: ModelRequest, runtime?: string): Promise<OpenModel> {
    const key = [request.model, request.profile, request.output, runtime].join("\n");
    const stamp = await this.stamp(request);
    const known = this.entries.get(key);
    this.entries.delete(key);
    const entry =
      known?.stamp === stamp
        ? known
        : { stamp, opening: openModel(this.platform, this.programs, request, stamp, runtime) };
    this.entries.set(key, entry);
    if (this.entries.size > maxOpen) this.entries.delete(this.entries.keys().next().value!);
    try {
      return await entry.opening;
    } catch (cause) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw cause;
    }
  }

  /** Sizes and times of everything that a model is read from: another stamp means that it must be read again. */
  private async stamp({ model, profile }: ModelRequest): Promise<string> {
    const { files } = this.platform;
    const folder = files.folderOf(model);
    const watched = [model, ...(profile === undefined ? sidecarPaths(model, files) : [profile])];
    const beside = (await files.list(folder)).filter((name) =>
      /\.(json|txt|data|bin|weights)$/.test(name),
    );
    const paths = [...new Set([...watched, ...beside.map((name) => files.join(folder, name))])];
    const stats = await Promise.all(paths.map((path) => files.stat(path)));
    return paths.map((path, i) => `${path}:${stats[i]?.size}:${stats[i]?.modified}`).join("\n");
  }
}

/** A profile whose size is that of the array that is fed, as far as the model takes any. */
function withInputSize(
  found: SourcedProfile,
  { layout, height, width }: ImageInput,
  dims: readonly number[] | undefined,
): SourcedProfile {
  if (dims?.length !== 4 || (height !== undefined && width !== undefined)) return found;
  const [fedHeight, fedWidth] = dims.slice(layout === "NCHW" ? 2 : 1) as [number, number];
  const size = { width: width ?? fedWidth, height: height ?? fedHeight };
  const source: ProfileSource = { from: "file", detail: "the size of the array that is fed" };
  return {
    profile: { ...found.profile, size },
    sources: { ...found.sources, size: source },
  };
}
