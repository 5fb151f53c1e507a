import { conventions, isImagenetHead, possibleConventions } from "./convention";
import type { Finding } from "./finding";
import { knownLabels } from "./labels/knownLabels";
import type { Profile, ProfileSource } from "./profile";
import type { ProfileRequest } from "./resolveProfile";

/** Image size of models that take any. */
export const usualSize = { width: 224, height: 224 };
/** 224 of 256: the share of the shorter side that ImageNet evaluation keeps. */
const cropShare = 0.875;

const finding = (
  from: ProfileSource["from"],
  detail: string,
  fields: Partial<Profile>,
): Finding => ({
  fields,
  source: { from, detail },
});

/** What is known before anything is tried, the most trusted first. */
export function certainFindings({ sidecar, beside, anatomy }: ProfileRequest): Finding[] {
  const { input, scaling, score } = anatomy;
  const { name, width, height } = input;
  return [
    ...(sidecar ? [sidecar] : []),
    ...(width !== undefined && height !== undefined
      ? [finding("graph", `input “${name}” is ${width} × ${height}`, { size: { width, height } })]
      : []),
    ...beside,
    ...(input.channels === 1
      ? [finding("graph", `input “${name}” has 1 channel`, { colour: "grey" })]
      : []),
    ...(input.type === "uint8"
      ? [
          finding("graph", `input “${name}” takes bytes`, {
            range: 255,
            mean: [0],
            std: [1],
          }),
        ]
      : []),
    ...(input.type === "int8"
      ? [
          finding("guess", `input “${name}” takes signed bytes; bytes less 128 is usual`, {
            range: 255,
            mean: [128],
            std: [1],
          }),
        ]
      : []),
    ...(scaling
      ? [finding("graph", scaling.detail, { range: scaling.range, mean: [0], std: [1] })]
      : []),
    ...(score.tail === "none"
      ? []
      : [finding("graph", `the graph ends in ${tails[score.tail].op}`, tails[score.tail].fields)]),
    finding("graph", score.reason, { output: score.output }),
  ];
}

const tails = {
  softmax: { op: "Softmax", fields: { activation: "softmax" } },
  logSoftmax: { op: "LogSoftmax", fields: { activation: "softmax" } },
  sigmoid: { op: "Sigmoid", fields: { activation: "sigmoid" } },
  inside: { op: "numbers that an activation has made", fields: { activation: "none" } },
} as const;

/** What follows from trying, and from the number of outputs. */
export function guessedFindings({ anatomy, trial }: ProfileRequest): Finding[] {
  const { input, score } = anatomy;
  const winner = conventions.find(({ id }) => id === trial?.winner);
  const known = knownLabels(score.classes, input);
  const activation = score.classes === 1 ? "sigmoid" : "softmax";
  const why = score.classes === 1 ? "one output" : "one class of several";
  return [
    ...(winner && trial
      ? [
          {
            fields: winner.fields,
            source: { from: "guess" as const, detail: trial.text, figures: trial.figures },
          },
        ]
      : []),
    ...(known
      ? [
          finding("guess", known.detail, {
            labels: known.labels,
            backgroundClass: known.backgroundClass,
          }),
        ]
      : []),
    finding("guess", `the graph ends in scores; ${activation} is usual for ${why}`, { activation }),
  ];
}

/** What fills the gaps that are left: the geometry that goes with the other fields, and the defaults. */
export function fallbackFindings(known: Partial<Profile>, { anatomy }: ProfileRequest): Finding[] {
  const { input, score } = anatomy;
  const size = known.size ?? usualSize;
  const colour = input.channels === 1 ? "grey" : "rgb";
  const convention = possibleConventions(input.channels, score.classes, known)[0];
  return [
    finding("default", "the model takes any size; 224 × 224 is the usual one", { size }),
    ...geometryFindings(known, size, score.classes),
    finding(
      "default",
      "not tried on images yet",
      convention?.fields ?? { colour, range: 1, mean: [0], std: [1] },
    ),
    finding("default", "as torchvision and PIL", { kernel: "bilinear", antialias: true }),
    finding("default", "black", { fill: [0, 0, 0] }),
    finding("default", "the last spatial map", { layer: "auto" }),
    finding("default", "none found", { labels: [] }),
  ];
}

function geometryFindings(
  known: Partial<Profile>,
  size: Profile["size"],
  classes: number,
): Finding[] {
  const shorter = Math.min(size.width, size.height);
  const ratio = Math.round(shorter / cropShare);
  if (known.resize === "crop") {
    const usual = `shorter side ${ratio}: of it ${shorter} is the usual ${cropShare * 100} %`;
    return [finding("guess", usual, { resizeTo: ratio })];
  }
  if (known.resize !== undefined)
    return [finding("default", "only a crop uses it", { resizeTo: shorter })];
  if (known.resizeTo !== undefined)
    return [finding("guess", "“resizeTo” is given, which only a crop uses", { resize: "crop" })];
  if (!isImagenetHead(classes)) {
    const reason = "the whole image, as most own training does";
    return [
      finding("guess", reason, { resize: "squash" }),
      finding("default", "only a crop uses it", { resizeTo: shorter }),
    ];
  }
  const reason = `${classes} outputs: shorter side ${ratio}, centre ${size.width} × ${size.height}, as ImageNet is evaluated`;
  return [finding("guess", reason, { resize: "crop", resizeTo: ratio })];
}
