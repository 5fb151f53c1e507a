import type { Inspection } from "../api";
import { createService } from "../service";
import { nodePlatform } from "../node";
import { absolute, parse, required, type Command } from "./command";

export const inspect: Command = {
  name: "inspect",
  title: "Says what a model is: inputs, classes, layers, methods, and how images become its input.",
  synopsis: "sightline inspect --model M [--profile P] [--output NAME] [--json]",
  options: [
    ["--model M", "the model file"],
    ["--profile P", "a profile instead of <model>.sightline.json"],
    ["--output NAME", "the classification output, when the model has several"],
    ["--json", "print everything as JSON"],
  ],
  async run(args, signal) {
    const { values } = parse({
      args: [...args],
      options: {
        model: { type: "string" },
        profile: { type: "string" },
        output: { type: "string" },
        json: { type: "boolean" },
      },
    });
    const service = createService(nodePlatform({}));
    try {
      const inspection = await service.inspect(
        {
          model: absolute(required(values.model, "--model")),
          profile: absolute(values.profile),
          output: values.output,
        },
        signal,
      );
      process.stdout.write(
        values.json ? `${JSON.stringify(inspection, undefined, 2)}\n` : describe(inspection),
      );
      return 0;
    } finally {
      await service.dispose();
    }
  },
};

function describe(inspection: Inspection): string {
  const { profile, profileSources, score, layers, classes } = inspection;
  const shape = ({ name, type, dims }: Inspection["inputs"][number]) =>
    `  ${name}  ${type} [${dims.join(",")}]`;
  const lines = [
    `${inspection.model} (${inspection.format}, ${(inspection.bytes / 1e6).toFixed(1)} MB)`,
    ...Object.entries(inspection.facts).map(([name, value]) => `  ${name}: ${value}`),
    "inputs",
    ...inspection.inputs.map(shape),
    "outputs",
    ...inspection.outputs.map(shape),
    "score",
    `  ${score.logit} (behind it: ${score.tail}), ${score.reason}`,
    `classes: ${classes.length}${classes.some(({ label }) => label) ? "" : " (no labels)"}`,
    "profile",
    ...Object.entries(profileSources).map(
      ([field, { from, detail }]) =>
        `  ${field} = ${preview(profile[field as keyof typeof profile])}  (${from}: ${detail})`,
    ),
    "layers (channels × height × width)",
    ...layers.map(
      ({ name, op, channels, height, width, default: isDefault }) =>
        `${isDefault ? "→ " : "  "}${name}  ${op} ${channels}×${height}×${width}`,
    ),
    `  ${inspection.layerReason}`,
    "methods",
    ...inspection.methods.map(
      ({ id, title, refused }) => `  ${id} (${title})${refused ? `: ${refused}` : ""}`,
    ),
    `runtime: ${inspection.runtime.description}. ${inspection.runtime.reason}`,
  ];
  return `${lines.join("\n")}\n`;
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? "none";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
