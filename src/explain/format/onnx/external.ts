import { FormatError } from "../../error";
import type { Files } from "../../file/file";
import type { Location } from "../../graph/graph";
import { hereKey, herePrefix } from "./skeleton";
import type { StringStringEntryProto } from "./proto";

/**
 * Finds the files of external data. With all links resolved they must lie in the model's folder or, when the model itself is a
 * link, in the folder of what it points to: a model from elsewhere must not reach into the user's other files.
 */
export class ExternalData {
  private readonly found = new Map<string, Promise<DataFile>>();

  constructor(
    private readonly model: string,
    private readonly files: Files,
  ) {}

  /** The place that a tensor's `external_data` names. Throws `FormatError` when it is missing, too short or forbidden. */
  async locate(
    name: string,
    entries: readonly StringStringEntryProto[],
    length: number,
  ): Promise<Location> {
    const { file, offset, given, title } = await this.readEntries(name, entries);
    if (given !== undefined && given !== length) {
      throw this.refuse(`the weight “${name}” has ${given} bytes where its shape needs ${length}`);
    }
    if (offset + length > file.size) {
      throw this.refuse(
        `${title} ends after ${file.size} bytes where the weight “${name}” needs ${offset + length}`,
      );
    }
    return { file: file.path, offset, length };
  }

  /** Every file found so far, except the model itself. */
  async companions(): Promise<string[]> {
    const own = await this.files.realPath(this.model);
    const paths = (await Promise.all(this.found.values())).map(({ path }) => path);
    return [...new Set(paths)].filter((path) => path !== own);
  }

  private async readEntries(name: string, entries: readonly StringStringEntryProto[]) {
    const value = (wanted: string) => entries.find(({ key }) => key === wanted)?.value;
    const here = value(hereKey)?.split(" ").map(Number);
    if (here) return { file: await this.own(), offset: here[0]!, given: here[1]!, title: "it" };
    const foreign = entries.find(({ key = "" }) => key.startsWith(herePrefix));
    if (foreign) {
      throw this.refuse(
        `the weight “${name}” has the entry ${foreign.key}, which no file may have`,
      );
    }
    const location = value("location");
    if (!location) throw this.refuse(`the weight “${name}” has no location`);
    return {
      file: await this.find(location),
      offset: this.count(name, "offset", value("offset")) ?? 0,
      given: this.count(name, "length", value("length")),
      title: `its external data file “${location}”`,
    };
  }

  private count(name: string, what: string, text: string | undefined): number | undefined {
    if (text === undefined || /^\d+$/.test(text))
      return text === undefined ? undefined : Number(text);
    throw this.refuse(`the weight “${name}” has the ${what} “${text}”`);
  }

  private own(): Promise<DataFile> {
    return this.remember("", async () => {
      const path = await this.files.realPath(this.model);
      return { path, size: (await this.files.stat(path))!.size };
    });
  }

  private find(location: string): Promise<DataFile> {
    return this.remember(location, () => this.search(location));
  }

  private remember(key: string, work: () => Promise<DataFile>): Promise<DataFile> {
    const known = this.found.get(key) ?? work();
    this.found.set(key, known);
    return known;
  }

  private async search(location: string): Promise<DataFile> {
    const { files, model } = this;
    const outside = () =>
      new FormatError(
        model,
        `its external data file “${location}” lies outside the model's folder, which is not allowed`,
        "put it beside the model and save the model with that location",
      );
    // The folder as the user sees it first: there a cache of models keeps the readable names.
    const folders = [model, await files.realPath(model)].map((path) => files.folderOf(path));
    for (const folder of new Set(folders)) {
      const path = files.join(folder, location);
      if (/^([/\\]|[A-Za-z]:)/.test(location) || !files.isInside(path, folder)) throw outside();
      const stat = await files.stat(path);
      if (!stat || stat.directory) continue;
      const real = await files.realPath(path);
      const allowed = await Promise.all(folders.map((allowed) => files.realPath(allowed)));
      if (!allowed.some((allowed) => files.isInside(real, allowed))) throw outside();
      return { path: real, size: stat.size };
    }
    throw new FormatError(
      model,
      `its external data file “${location}” is missing`,
      `put it into the model's folder ${folders[0]}`,
    );
  }

  private refuse(problem: string): FormatError {
    return new FormatError(
      this.model,
      problem,
      "copy the model with all its files again or export it again",
    );
  }
}

interface DataFile {
  /** Links resolved. */
  readonly path: string;
  readonly size: number;
}
