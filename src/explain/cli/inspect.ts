import type { Inspection } from "../api";
import type { Extent } from "../picture/geometry";
import { nodePlatform } from "../node";
import { createService } from "../service/service";
import { absolute, parse, usageError, type Command } from "./command";
import { print } from "./output";
import { printable } from "./textWidth";

const options = {
  model: { value: "M", meaning: "the model file" },
  output: { value: "NAME", meaning: "the classification output, when the model has several" },
  profile: { value: "P", meaning: "a profile instead of <model>.sightline.json" },
  json: { meaning: "print everything as JSON" },
} as const;

export const inspect: Command = {
  name: "inspect",
  title: "Says what a model is: inputs, classes, layers, methods, and how images become its input.",
  synopsis: "sightline inspect --model M [--profile P] [--output NAME] [--json]",
  options,
  async run(args, signal) {
    const given = parse({ name: "inspect", options }, args);
    const request = {
      model: absolute(given.required("model")),
      profile: absolute(given.value("profile")),
      output: given.value("output"),
    };
    const [extra] = given.positionals;
    if (extra !== undefined)
      throw usageError(`“${extra}” is left over; sightline inspect takes --model and no images.`);
    const service = createService(nodePlatform({}));
    try {
      const inspection = await service.inspect(request, signal);
      print(
        given.has("json")
          ? `${JSON.stringify(document(inspection), undefined, 2)}\n`
          : describe(inspection),
      );
      return 0;
    } finally {
      await service.dispose();
    }
  },
};

/** As `media/schema/inspection.schema.json` has it: `methods` are those that apply. */
function document({ methods, ...inspection }: Inspection) {
  return {
    ...inspection,
    methods: methods.filter(({ refused }) => refused === undefined),
    refusedMethods: methods
      .filter(({ refused }) => refused !== undefined)
      .map(({ id, title, refused: reason }) => ({ id, title, reason })),
  };
}

type Row = readonly [name: string, text: string];

function describe(inspection: Inspection): string {
  const { model, format, bytes, classes, layers, layerReason } = inspection;
  return [
    printable(`${model} (${format}, ${(bytes / 1e6).toFixed(1)} MB)`),
    ...section("file", Object.entries(inspection.facts)),
    ...section("inputs", inspection.inputs.map(valueRow)),
    ...section("outputs", inspection.outputs.map(valueRow)),
    ...section("classes", [classRow(classes), scoreRow(inspection)]),
    ...section("profile", profileRows(inspection)),
    ...section("layers", layers.map(layerRow)),
    `  ${layerReason}`,
    ...section(
      "methods",
      inspection.methods.map(({ id, title, refused }) => [id, refused ?? title]),
    ),
    ...section("runtime", [[inspection.runtime.id, inspection.runtime.reason]]),
    "",
  ].join("\n");
}

/** A title and its rows, the texts in line with each other. */
function section(title: string, rows: readonly Row[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => printable(`  ${name.padEnd(width)}  ${text}`))];
}

const valueRow = ({ name, type, dims }: Inspection["inputs"][number]): Row => [
  name,
  `${type} [${dims.join(",")}]`,
];

const layerRow = ({
  name,
  op,
  channels,
  height,
  width,
  ...layer
}: Inspection["layers"][number]): Row => [
  `${layer.default ? "→" : " "} ${name}`,
  `${op} ${channels} × ${height} × ${width}${layer.reached ? "" : ", behind the last attention: no gradient reaches it"}` +
    (layer.extent ? `, over ${partOf(layer.extent)} of the network's input` : ""),
];

/** “columns 50 to 100 % and rows 0 to 50 %” */
function partOf({ x0, y0, x1, y1 }: Extent): string {
  const percent = (from: number, to: number) =>
    `${Math.round(100 * from)} to ${Math.round(100 * to)} %`;
  return `columns ${percent(x0, x1)} and rows ${percent(y0, y1)}`;
}

function classRow(classes: Inspection["classes"]): Row {
  const names = classes.map(({ label }) => label).filter((label) => label !== "");
  return [String(classes.length), names.length > 0 ? preview(names.join(", ")) : "no labels"];
}

const tails: Partial<Record<Inspection["score"]["tail"], string>> = {
  none: "",
  inside: ", behind its activation",
};

function scoreRow({ score }: Inspection): Row {
  const tail = tails[score.tail] ?? `, before the ${score.tail}`;
  return ["score", `${score.logit}${tail} (${score.output}: ${score.reason})`];
}

function profileRows({ profile, profileSources }: Inspection): Row[] {
  const fields = Object.keys(profileSources) as (keyof typeof profileSources)[];
  let last = "";
  return fields
    .filter((field) => profile[field] !== undefined)
    .map((field) => {
      const { from, detail } = profileSources[field];
      const source = detail === last ? "(as above)" : `(${from}: ${detail})`;
      last = detail;
      return [field, `${preview(JSON.stringify(profile[field]))}  ${source}`];
    });
}

const preview = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
