import type { Files } from "../file/file";
import type { OpenedModel } from "../model/model";

/** One file format for models. */
export interface Format {
  readonly id: string;
  readonly title: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Looks at the first bytes (at most 4 kB) and the name only. */
  match(head: Uint8Array, name: string): boolean;
  /** Reads the model. Throws `FormatError` or `UnsupportedOpError`. Weights stay in the file. */
  open(path: string, files: Files): Promise<OpenedModel>;
}
