import type { Profile, ProfileSource } from "./profile";

/** Profile fields that were found in one place. */
export interface Finding {
  readonly fields: Partial<Profile>;
  readonly source: ProfileSource;
  /** The file that the fields stand in, for messages; absent when they come from no file. */
  readonly file?: string;
  /** The file that `fields.labels` stand in, when it is another. */
  readonly labelsFile?: string;
}
