import type { Inspection, Timings } from "../../explain/api";
import type { Profile, ProfileField } from "../../explain/model/profile";

/** Three significant digits, without an exponent where it can be avoided. */
export function number(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

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
    { title: "Fit", text: fits[profile.resize](profile), fields: ["resize", "resizeTo", "fill"] },
    {
      title: "Kernel",
      text: `${kernel}${antialias ? ", antialiased" : ", not antialiased"}`,
      fields: ["kernel", "antialias"],
    },
    { title: "Values", text: values(profile), fields: ["colour", "range", "mean", "std"] },
    { title: "Output", text: outputs[profile.activation], fields: ["activation"] },
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
  none: "as it is",
};

const colours: Readonly<Record<Profile["colour"], string>> = {
  rgb: "RGB",
  bgr: "BGR",
  grey: "grey",
};

function values({ colour, range, mean, std }: Profile): string {
  const list = (numbers: readonly number[]) => numbers.map(number).join(", ");
  return [
    `${colours[colour]} 0–${range}`,
    ...(mean.some((value) => value !== 0) ? [`− (${list(mean)})`] : []),
    ...(std.some((value) => value !== 1) ? [`÷ (${list(std)})`] : []),
  ].join(" ");
}

const certainty = { guess: 0, default: 1, graph: 2, file: 3, sidecar: 4 } as const;

/** Where the least certain of some fields came from. */
export function sourceOf({ profileSources }: Inspection, fields: readonly ProfileField[]) {
  const sources = fields.map((field) => profileSources[field]);
  return sources.reduce((a, b) => (certainty[b.from] < certainty[a.from] ? b : a));
}

/** Everything that was guessed, in words, each sentence once. */
export function guesses({ profileSources }: Inspection): readonly string[] {
  const guessed = Object.values(profileSources).filter(({ from }) => from === "guess");
  return [...new Set(guessed.map(({ detail }) => detail))];
}

export function timingWords({ prepare, decode, run }: Timings): string {
  const parts = [
    ...(prepare >= 1 ? [`prepare ${milliseconds(prepare)}`] : []),
    `decode ${milliseconds(decode)}`,
    `run ${milliseconds(run)}`,
  ];
  return parts.join(" · ");
}
