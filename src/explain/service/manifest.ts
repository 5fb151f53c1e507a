import type {
  AttributionMap,
  ErrorReport,
  Explanation,
  ExplainRequest,
  Inspection,
  Prediction,
  Timings,
  WrittenMap,
} from "../api";
import { methodById } from "../method/index";
import { complete, type ParameterValue } from "../method/parameter";
import type { Versions } from "../platform";
import type { Geometry } from "../picture/geometry";
import { agreements, type MethodAgreement } from "./agreements";
import { chosenLayer } from "./chosenLayer";

/** The record of one run: enough to reproduce it. `media/schema/manifest.schema.json` describes it. */
export interface Manifest {
  readonly version: 1;
  readonly versions: Versions;
  readonly model: Pick<Inspection, "format" | "hash" | "bytes" | "companions"> & {
    readonly path: string;
  };
  readonly profile: Inspection["profile"];
  readonly profileSources: Inspection["profileSources"];
  readonly score: {
    readonly kind: ExplainRequest["score"];
    readonly output: string;
    readonly logit: string;
    readonly reason: string;
  };
  readonly layer: {
    readonly name: string;
    /** The layers whose maps are joined with its own. */
    readonly fused?: readonly string[];
    readonly reason: string;
  };
  readonly methods: readonly ManifestMethod[];
  readonly runtime: Inspection["runtime"];
  readonly images: readonly (ManifestImage | ManifestFailure)[];
}

export interface ManifestMethod {
  readonly id: string;
  readonly title: string;
  readonly paper: string;
  readonly formula: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly caution?: string;
  /** Why it does not apply to this model, so that it has no maps. */
  readonly refused?: string;
}

export interface ManifestImage {
  readonly path: string;
  readonly hash: string;
  readonly geometry: Geometry;
  readonly predictions: readonly Prediction[];
  readonly maps: readonly ManifestMap[];
  /** How far every two methods agree on a class. */
  readonly agreements?: readonly MethodAgreement[];
  readonly timings: Timings;
}

export interface ManifestFailure {
  readonly path: string;
  readonly error: ErrorReport;
}

/** File names are those beside the manifest; absent when nothing was written. */
export type ManifestMap = Omit<AttributionMap, "data"> & Partial<WrittenMap>;

/** Collects a run, image by image, and makes its manifest. */
export class ManifestBuilder {
  private readonly images: (ManifestImage | ManifestFailure)[] = [];
  private readonly refusals = new Map<string, string>();

  constructor(
    private readonly request: ExplainRequest,
    private readonly inspection: Inspection,
    private readonly versions: Versions,
  ) {}

  explained(explanation: Explanation, written: readonly WrittenMap[] = []): void {
    const { image, hash, geometry, predictions, maps, timings } = explanation;
    this.images.push({
      path: image,
      hash,
      geometry,
      predictions,
      maps: maps.map(({ data: _data, ...map }, i) => ({ ...map, ...written[i] })),
      ...agreementsOf(explanation),
      timings,
    });
  }

  refused(method: string, error: ErrorReport): void {
    this.refusals.set(method, error.message);
  }

  failed(image: string, error: ErrorReport): void {
    this.images.push({ path: image, error });
  }

  finish(): Manifest {
    const { request, inspection } = this;
    const layer = chosenLayer(request, inspection);
    return {
      version: 1,
      versions: this.versions,
      model: {
        path: inspection.model,
        format: inspection.format,
        hash: inspection.hash,
        bytes: inspection.bytes,
        companions: inspection.companions,
      },
      profile: inspection.profile,
      profileSources: inspection.profileSources,
      score: {
        kind: request.score,
        output: inspection.score.output,
        logit: inspection.score.logit,
        reason: inspection.score.reason,
      },
      layer: {
        name: layer,
        ...(request.fusedLayers && { fused: request.fusedLayers }),
        reason: layerReason(request, inspection),
      },
      methods: inspection.methods
        .filter(({ id }) => request.methods.includes(id))
        .map(({ id, title, paper, formula, caution }) => ({
          ...{ id, title, paper, formula },
          parameters: complete(methodById(id), request.parameters?.[id]),
          ...(caution === undefined ? {} : { caution }),
          ...(this.refusals.has(id) && { refused: this.refusals.get(id)! }),
        })),
      runtime: inspection.runtime,
      images: this.images,
    };
  }
}

function agreementsOf({ maps, geometry }: Explanation): Pick<ManifestImage, "agreements"> {
  const found = agreements(maps, geometry);
  return found.length > 0 ? { agreements: found } : {};
}

function layerReason({ layer }: ExplainRequest, { profile, layerReason }: Inspection): string {
  if (layer !== "auto") return "It was asked for.";
  return profile.layer === "auto" ? layerReason : "The profile names it.";
}
