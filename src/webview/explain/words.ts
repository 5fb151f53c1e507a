import type { Inspection, Timings } from "../../explain/api";
import { number } from "../../explain/number";

type Profile = Inspection["profile"];
type ProfileField = keyof Inspection["profileSources"];

export function milliseconds(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;
}

export function className({ index, label }: { index: number; label: string }): string {
  return label || `Class ${index}`;
}

/** One line of the preprocessing: what is done, and the profile fields that say so. */
export interface Step {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly ProfileField[];
}

export function preprocessingSteps(profile: Profile): readonly Step[] {
  const { size, kernel, antialias } = profile;
  return [
    { title: "Size", text: `${size.width} × ${size.height}`, fields: ["size"] },
    {
      title: "Resize",
      text: fits[profile.resize](profile),
      fields: ["resize", "resizeTo", "fill"],
    },
    {
      title: "Kernel",
      text: `${kernel}${antialias ? ", antialiased" : ", not antialiased"}`,
      fields: ["kernel", "antialias"],
    },
    { title: "Channel order", text: colours[profile.colour], fields: ["colour"] },
    { title: "Range", text: `0–${profile.range}`, fields: ["range"] },
    { title: "Mean and deviation", text: normalization(profile), fields: ["mean", "std"] },
    { title: "Probability", text: outputs[profile.activation], fields: ["activation"] },
  ];
}

const fits: Readonly<Record<Profile["resize"], (profile: Profile) => string>> = {
  squash: () => "squashed to the input's size",
  crop: ({ resizeTo }) => `shorter side to ${resizeTo}, centre crop`,
  letterbox: ({ fill }) => `fitted, padded with ${fill.join(", ")}`,
};

const outputs: Readonly<Record<Profile["activation"], string>> = {
  softmax: "softmax",
  sigmoid: "sigmoid, each class by itself",
  none: "none, the scores as they are",
};

const colours: Readonly<Record<Profile["colour"], string>> = {
  rgb: "RGB",
  bgr: "BGR",
  grey: "grey",
};

function normalization({ mean, std }: Profile): string {
  const list = (numbers: readonly number[]) => numbers.map(number).join(", ");
  const steps = [
    ...(mean.some((value) => value !== 0) ? [`less ${list(mean)}`] : []),
    ...(std.some((value) => value !== 1) ? [`divided by ${list(std)}`] : []),
  ];
  return steps.join("; ") || "none";
}

const certainty = { guess: 0, default: 1, graph: 2, file: 3, sidecar: 4 } as const;

/** Where the least certain of some fields came from. */
export function sourceOf({ profileSources }: Inspection, fields: readonly ProfileField[]) {
  const sources = fields.map((field) => profileSources[field]);
  return sources.reduce((a, b) => (certainty[b.from] < certainty[a.from] ? b : a));
}

/** Something that was guessed. */
export interface Guess {
  /** What it is about: “Channel order, range”. */
  readonly about: string;
  readonly text: string;
  /** What was measured, if anything. */
  readonly figures: string | undefined;
}

const subjects: Readonly<Record<ProfileField, string>> = {
  size: "Size",
  resize: "Resize",
  resizeTo: "Resize",
  fill: "Resize",
  kernel: "Kernel",
  antialias: "Kernel",
  colour: "Channel order",
  range: "Range",
  mean: "Mean and deviation",
  std: "Mean and deviation",
  output: "Output",
  activation: "Probability",
  layer: "Layer",
  backgroundClass: "Background class",
  labels: "Class names",
};

/** Everything that was guessed, each reason once with all that it is about. */
export function guesses({ profileSources }: Pick<Inspection, "profileSources">): readonly Guess[] {
  const fields = Object.keys(subjects) as ProfileField[];
  const guessed = fields.filter((field) => profileSources[field].from === "guess");
  const reasons = [...new Set(guessed.map((field) => profileSources[field].detail))];
  return reasons.map((text) => {
    const own = guessed.filter((field) => profileSources[field].detail === text);
    const [first, ...others] = [...new Set(own.map((field) => subjects[field]))];
    const about = [first, ...others.map((other) => other.toLowerCase())].join(", ");
    return { about, text, figures: profileSources[own[0]!].figures };
  });
}

export function timingWords({ prepare, decode, run }: Timings): string {
  const parts = [
    ...(prepare >= 1 ? [`prepare ${milliseconds(prepare)}`] : []),
    `decode ${milliseconds(decode)}`,
    `run ${milliseconds(run)}`,
  ];
  return parts.join(" · ");
}
