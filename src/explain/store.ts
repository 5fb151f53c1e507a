import type { ModelRequest } from "./api";
import { checkCancelled, type Cancellation } from "./error";
import { sidecarPaths, writeProfile } from "./model/profileFile";
import { openModel, type OpenModel } from "./openModel";
import type { Platform } from "./platform";
import { Programs } from "./runtime/programs";

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

  async open(request: ModelRequest, signal?: Cancellation, runtime?: string): Promise<OpenModel> {
    const key = [request.model, request.profile, request.output, runtime].join("\n");
    const stamp = await this.stamp(request);
    checkCancelled(signal);
    const known = this.entries.get(key);
    this.entries.delete(key);
    const entry =
      known?.stamp === stamp
        ? known
        : { stamp, opening: openModel(this.platform, this.programs, request, stamp, runtime) };
    this.entries.set(key, entry);
    for (const old of this.entries.keys())
      if (this.entries.size > maxOpen) this.entries.delete(old);
    try {
      return await entry.opening;
    } catch (cause) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw cause;
    }
  }

  async createProfile(request: ModelRequest, signal?: Cancellation): Promise<string> {
    const { profile } = await this.open(request, signal);
    return writeProfile(request.model, profile, this.platform.files);
  }

  dispose(): Promise<void> {
    this.entries.clear();
    this.programs.drop(() => true);
    return Promise.resolve();
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
