import type { Profile, ProfileSource } from "./profile";

/** Profile fields that were found in one place. */
export interface Finding {
  readonly fields: Partial<Profile>;
  readonly source: ProfileSource;
  /** The file that `fields.labels` stand in, for messages. */
  readonly labelsFile?: string;
}
