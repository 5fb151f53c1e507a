import type { Profile } from "../profile";

/** What a JSON file beside the model says; nothing when it is about something else. */
export interface Said {
  readonly fields: Partial<Profile>;
  /** Why a field is not what the file asks for. */
  readonly note?: string;
}

/** Class names that are complete, as a finding. */
export function named(labels: readonly (string | undefined)[] | undefined): Said {
  const complete = labels !== undefined && labels.length > 0 && !labels.includes(undefined);
  return { fields: complete ? { labels: labels as string[] } : {} };
}
