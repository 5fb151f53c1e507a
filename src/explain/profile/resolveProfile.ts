import { possibleConventions, type Convention } from "./convention";
import type { Finding } from "./finding";
import type { Anatomy } from "../model/model";
import type { Profile, ProfileField, ProfileSource, SourcedProfile } from "./profile";
import { checkProfile } from "./profileCheck";
import { certainFindings, fallbackFindings, guessedFindings } from "./profileEvidence";
import type { Trial } from "./trial";

export interface ProfileRequest {
  /** Absolute path, for messages. */
  readonly model: string;
  readonly anatomy: Pick<Anatomy, "input" | "scaling" | "score">;
  readonly sidecar?: Finding;
  readonly beside: readonly Finding[];
  /** What trying on images found; absent = not tried. */
  readonly trial?: Trial;
}

/** Which finding each field was taken from. */
export type Origins = Partial<Record<ProfileField, Finding>>;

/**
 * A complete profile, each field with its source: the sidecar, else the size that the graph fixes, else what lies beside the model, else
 * the graph, else a guess, else the default. Throws `SightlineError("profile")` when the parts do not fit the model.
 */
export function resolveProfile(request: ProfileRequest): SourcedProfile {
  const found = [...certainFindings(request), ...guessedFindings(request)];
  const known = merge(found).fields;
  const { fields, origins } = merge([...found, ...fallbackFindings(known, request)]);
  const profile = fields as Profile;
  checkProfile(profile, origins, request);
  const sources = Object.fromEntries(
    Object.entries(origins).map(([key, { source }]) => [key, source]),
  );
  return {
    profile,
    sources: { backgroundClass: noBackground, ...sources } as SourcedProfile["sources"],
  };
}

const noBackground: ProfileSource = { from: "default", detail: "none" };

/** The conventions that are worth trying on images; none when colour, range, mean and std are known or have been tried. */
export function conventionsToTry(request: ProfileRequest): readonly Convention[] {
  const { colour, range, mean, std } = merge(certainFindings(request)).fields;
  const isKnown =
    colour !== undefined && range !== undefined && mean !== undefined && std !== undefined;
  if (isKnown || request.trial) return [];
  const { input, score } = request.anatomy;
  return possibleConventions(input.channels, score.classes, { colour, range, mean, std });
}

/** The first finding that has a field gives it. */
function merge(findings: readonly Finding[]): { fields: Partial<Profile>; origins: Origins } {
  const fields: Record<string, unknown> = {};
  const origins: Origins = {};
  for (const finding of findings) {
    for (const [key, value] of Object.entries(finding.fields)) {
      if (value === undefined || key in fields) continue;
      fields[key] = value;
      origins[key as ProfileField] = finding;
    }
  }
  return { fields, origins };
}
