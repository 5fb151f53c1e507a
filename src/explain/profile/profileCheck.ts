import type { Profile } from "./profile";
import { profileError } from "./profileError";
import type { Origins, ProfileRequest } from "./resolveProfile";

/** Whether a profile fits its model. Throws `SightlineError("profile")` naming the file that a wrong field came from. */
export function checkProfile(profile: Profile, origins: Origins, request: ProfileRequest): void {
  for (const check of [checkSize, checkLabels, checkBackground, checkChannels])
    check(profile, origins, request);
}

type Check = (profile: Profile, origins: Origins, request: ProfileRequest) => void;

const checkSize: Check = ({ size }, origins, { model, anatomy: { input } }) => {
  const { width = size.width, height = size.height } = input;
  if (size.width === width && size.height === height) return;
  const problem = `“size” is ${size.width} × ${size.height}, but the model takes ${width} × ${height} only`;
  throw profileError(origins.size?.file ?? model, problem, "correct it or leave it out");
};

const checkLabels: Check = ({ labels }, origins, { model, anatomy: { score } }) => {
  const isPair = score.classes === 1 && labels.length === 2;
  if (labels.length === 0 || labels.length === score.classes || isPair) return;
  const outputs = `${score.classes} output${score.classes === 1 ? "" : "s"}`;
  const problem = `has ${labels.length} class name${labels.length === 1 ? "" : "s"}, but ${model} has ${outputs}`;
  throw profileError(
    origins.labels?.labelsFile ?? origins.labels?.file ?? model,
    problem,
    "give one name per output, in order",
  );
};

const checkBackground: Check = ({ backgroundClass }, origins, { model, anatomy: { score } }) => {
  if (backgroundClass === undefined || backgroundClass < score.classes) return;
  const problem = `“backgroundClass” is ${backgroundClass}, but the classes are 0 to ${score.classes - 1}`;
  throw profileError(origins.backgroundClass?.file ?? model, problem, "correct it or leave it out");
};

const checkChannels: Check = (profile, origins, { model, anatomy: { input } }) => {
  for (const key of ["mean", "std"] as const) {
    const count = profile[key].length;
    if (count === 1 || count === input.channels) continue;
    const problem = `“${key}” has ${count} numbers, but the model's input has ${input.channels} channel${input.channels === 1 ? "" : "s"}`;
    throw profileError(origins[key]?.file ?? model, problem, `give 1 or ${input.channels}`);
  }
};
