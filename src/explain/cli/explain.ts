import { basename } from "node:path";
import type {
  Explanation,
  ExplainEvent,
  ExplainRequest,
  Inspection,
  SaveEvent,
  Service,
} from "../api";
import { isFiniteMap } from "../service/blank";
import { ManifestBuilder } from "../service/manifest";
import { nodePlatform, versions } from "../node";
import { colourMaps } from "../picture/colourMap";
import type { Platform } from "../platform";
import { createService } from "../service/service";
import { classChoice, versusChoice } from "./classChoice";
import { usageError, type Command } from "./command";
import { allOptions, readExplainOptions, type ExplainOptions } from "./explainOptions";
import { imagePaths } from "./imagePaths";
import { notesOn, remarksOn } from "./notes";
import { print, printError } from "./output";
import { Progress } from "./progress";
import { Share } from "./share";
import { announceFolder } from "./supervise";
import { Table } from "./table";

/** As the panel's default. */
const overlay = { colourMap: colourMaps[0]!.id, opacity: 0.55 };

export const explain: Command = {
  name: "explain",
  title: "Shows which part of each image made the model say what it said.",
  synopsis: "sightline explain --model M (IMAGE… | FOLDER… | --tensor X.npy) [options]",
  options: allOptions,
  async run(args, signal) {
    const options = readExplainOptions(args);
    const platform = nodePlatform({ threads: options.threads });
    checkRuntime(options, platform);
    const service = createService(platform);
    try {
      const request = await makeRequest(service, platform, options, signal);
      return await new Run(request, options).report(eventsOf(service, request, options, signal));
    } finally {
      await service.dispose();
    }
  },
};

function checkRuntime({ runtime }: ExplainOptions, { runtimes }: Platform): void {
  const ids = runtimes.map(({ id }) => id);
  if (runtime !== undefined && !ids.includes(runtime))
    throw usageError(`There is no runtime “${runtime}”; choose ${ids.join(" or ")}.`);
}

async function makeRequest(
  service: Service,
  { files }: Platform,
  options: ExplainOptions,
  signal: AbortSignal,
): Promise<ExplainRequest> {
  const { model, profile, output, tensor, methods, parameters, score, negated, runtime } = options;
  const [layer, ...fusedLayers] = options.layers;
  const images = await imagePaths(options.paths, files);
  const request = { model, profile, output, trialImages: images };
  const inspect = () => service.inspect(request, signal);
  const classes = await classChoice(options.classes, inspect);
  const versus = await versusChoice(options.versus, inspect);
  return {
    ...{ ...request, images, tensor, methods, parameters, layer, classes, score, runtime },
    ...(fusedLayers.length > 0 && { fusedLayers }),
    ...(options.augmented && { augmented: true }),
    ...(negated && { negated }),
    ...(options.judgements.length > 0 && { judgements: options.judgements }),
    ...(versus && { versus }),
  };
}

function eventsOf(
  service: Service,
  request: ExplainRequest,
  { out }: ExplainOptions,
  signal: AbortSignal,
): AsyncIterable<SaveEvent> {
  if (out === undefined) return service.explain(request, signal);
  announceFolder(out);
  return service.save({ explain: request, folder: out, overlay }, signal);
}

/** One run of `explain`: turns its events into what is printed. */
class Run {
  private readonly progress = new Progress();
  private table: Table | undefined;
  private manifest: ManifestBuilder | undefined;
  private readonly remarked = new Set<string>();
  private readonly share: Share;
  private failures = 0;

  constructor(
    private readonly request: ExplainRequest,
    private readonly options: ExplainOptions,
  ) {
    const { tensor, images, methods, judgements = [] } = request;
    const judged = judgements.length > 0;
    this.share = new Share(tensor === undefined ? images.length : 1, { methods, judged });
  }

  /** Returns the exit status. */
  async report(events: AsyncIterable<SaveEvent>): Promise<number> {
    try {
      for await (const event of events) {
        if (event.kind !== "progress" && event.kind !== "interim") this.progress.clear();
        const heard = this.tell(event);
        // Without files to write there is nothing left to work for.
        if (!heard && this.options.out === undefined) break;
      }
    } finally {
      this.progress.clear();
    }
    if (this.options.json && this.manifest)
      print(`${JSON.stringify(this.manifest.finish(), undefined, 2)}\n`);
    return this.failures > 0 ? 1 : 0;
  }

  /** `false` once nobody reads standard output. */
  private tell(event: SaveEvent): boolean {
    switch (event.kind) {
      case "progress":
        this.share.at(event.fraction);
        this.progress.update(event.fraction, event.text);
        return true;
      case "model":
        return this.tellModel(event.inspection);
      case "explanation":
        this.share.imageDone();
        return this.tellExplanation(event);
      case "interim":
        this.tellInterim(event.explanation);
        return true;
      case "refused":
        this.share.without(event.method);
        this.manifest?.refused(event.method, event.error);
        this.fail(event.error.message);
        return true;
      case "failed":
        this.share.imageDone();
        this.manifest?.failed(event.image, event.error);
        this.fail(event.error.message);
        return true;
      case "saved":
        return this.say(`${written(event.files.length)} to ${this.options.out}\n`);
    }
  }

  /** Of a map that grows: how far it is. */
  private tellInterim({ maps, image }: Explanation): void {
    const growing = maps.findLast(({ progress }) => progress !== undefined);
    if (!growing) return;
    this.progress.update(this.share.with(maps), `${basename(image)}: ${growing.method}`);
  }

  private tellModel(inspection: Inspection): boolean {
    const { tensor, classes } = this.request;
    const images = tensor === undefined ? this.request.images : [tensor];
    this.manifest = new ManifestBuilder(this.request, inspection, versions);
    const { activation } = inspection.profile;
    this.table = new Table({
      ...{ images, classes: inspection.classes, choice: classes, activation },
      methods: this.request.methods,
      ...{ negated: this.request.negated, versus: this.request.versus },
      narrow: process.stdout.isTTY === true,
    });
    const fed = tensor === undefined ? "image" : "tensor";
    if (!this.options.json) printError(notesOn(inspection, this.manifest.finish(), fed));
    return true;
  }

  private tellExplanation({
    explanation,
    written,
  }: Extract<ExplainEvent, { kind: "explanation" }>): boolean {
    this.manifest?.explained(explanation, written);
    if (!this.options.json) printError(remarksOn(explanation.maps, this.remarked));
    const unusable = explanation.maps.filter((map) => !isFiniteMap(map));
    for (const reason of new Set(unusable.map(({ blank }) => blank)))
      this.fail(`${explanation.image}: ${reason}`);
    return this.say(this.table?.rows(explanation) ?? "");
  }

  private say(text: string): boolean {
    return this.options.json || print(text);
  }

  private fail(sentence: string): void {
    this.failures++;
    printError(`${sentence}\n`);
  }
}

const written = (count: number): string => `${count} file${count === 1 ? "" : "s"} written`;
