import type { Inspection, ModelRequest } from "../api";
import { checkCancelled } from "../error";
import { inspectModel } from "./inspection";
import type { ImageInput } from "../model/model";
import type { ProfileSource, SourcedProfile } from "../profile/profile";
import { writeProfile } from "../profile/profileFile";
import { openModel, type OpenModel } from "./openModel";
import type { Platform } from "../platform";
import { Programs } from "../runtime/programs";
import type { Session } from "../session";
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

/** How many models stay open; their weights lie in their files, so this costs little. */
const maxOpen = 8;

/** The models that are open. One is opened anew when its file, its profile or what lies beside it has changed. */
export class ModelStore {
  /** Least recently used first. */
  private readonly opened = new Map<string, Promise<OpenModel>>();
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

  /** Lets go of every model; programs that are running end first. */
  dispose(): Promise<void> {
    this.opened.clear();
    this.programs.drop(() => true);
    return Promise.resolve();
  }

  private async open(request: ModelRequest, runtime?: string): Promise<OpenModel> {
    const key = [request.model, request.profile, request.output, runtime].join("\n");
    const known = await this.opened.get(key)?.catch(() => undefined);
    const isCurrent = known !== undefined && !(await known.changed());
    const opening = isCurrent
      ? Promise.resolve(known)
      : openModel(this.platform, this.programs, request, runtime);
    this.opened.delete(key);
    this.opened.set(key, opening);
    if (this.opened.size > maxOpen) this.opened.delete(this.opened.keys().next().value!);
    try {
      const model = await opening;
      if (known && known.identity !== model.identity) {
        this.programs.drop((program) => program.startsWith(known.identity));
      }
      return model;
    } catch (cause) {
      if (this.opened.get(key) === opening) this.opened.delete(key);
      throw cause;
    }
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
