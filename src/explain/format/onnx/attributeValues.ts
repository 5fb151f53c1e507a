import type { AttributeValue, Node } from "../../graph/graph";
import { coordinateModes } from "../../op/helper/interpolation";

/** What an attribute's value must be. */
interface Kind {
  /** Completes “it must be …”. */
  readonly wanted: string;
  fits(value: AttributeValue): boolean;
}

const isWhole = (value: unknown, least = -Infinity) =>
  typeof value === "number" && Number.isInteger(value) && value >= least;
const isList = (value: AttributeValue, fits: (item: unknown) => boolean) =>
  Array.isArray(value) && (value as readonly unknown[]).every(fits);

const number: Kind = { wanted: "a number", fits: (value) => typeof value === "number" };
const whole: Kind = { wanted: "a whole number", fits: (value) => isWhole(value) };
const count: Kind = { wanted: "a whole number from 1 on", fits: (value) => isWhole(value, 1) };
const flag: Kind = { wanted: "0 or 1", fits: (value) => value === 0 || value === 1 };
const size: Kind = { wanted: "a whole number from 0 on", fits: (value) => isWhole(value, 0) };
const numbers: Kind = {
  wanted: "a list of numbers",
  fits: (value) => isList(value, (item) => typeof item === "number"),
};
const wholes: Kind = {
  wanted: "a list of whole numbers",
  fits: (value) => isList(value, (item) => isWhole(item)),
};
const counts: Kind = {
  wanted: "a list of whole numbers from 1 on",
  fits: (value) => isList(value, (item) => isWhole(item, 1)),
};
const text: Kind = { wanted: "a text", fits: (value) => typeof value === "string" };
const numberOrTensor: Kind = {
  wanted: "a number or a tensor",
  fits: (value) => typeof value === "number" || (typeof value === "object" && "data" in value),
};

function oneOf(...allowed: readonly string[]): Kind {
  const list = allowed.map((value) => `“${value}”`);
  return {
    wanted: `${list.slice(0, -1).join(", ")} or ${list.at(-1)}`,
    fits: (value) => typeof value === "string" && allowed.includes(value),
  };
}

/** The kind of an attribute is the same whichever operator has it, but for those in {@link ofOperator}. */
const kinds = new Map<string, Kind>(
  [
    [number, "alpha beta bias cubic_coeff_a epsilon extrapolation_value gamma lambd max min"],
    [number, "momentum norm_epsilon p ratio scale softcap spatial_scale"],
    [whole, "align_corners allowzero antialias axis batch_axis batch_dims ceil_mode end"],
    [whole, "count_include_pad detect_negative detect_positive exclude_outside exclusive fmod"],
    [whole, "across_channels normalize_variance interleaved inverse is_causal k keepdims largest"],
    [whole, "kv_num_heads new_axis noop_with_empty_axes num_heads q_num_heads reverse"],
    [flag, "storage_order"],
    [size, "block_size"],
    [whole, "rotary_embedding_dim select_last_index sorted spatial start time_axis"],
    [whole, "training_mode transA transB transBatchA transBatchB unidirectional upper"],
    [count, "bits blocksize group groups num_groups num_outputs offset_group size K N"],
    [numbers, "activation_params border scales value_floats"],
    [wholes, "axes ends output_padding output_shape pads perm qkv_hidden_sizes shape split starts"],
    [counts, "dilations kernel_shape strides"],
    [text, "equation"],
    [numberOrTensor, "value"],
    [oneOf("none", "tanh"), "approximate"],
    [oneOf("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"), "auto_pad"],
    [oneOf("stretch", "not_larger", "not_smaller"), "keep_aspect_ratio_policy"],
    [oneOf("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"), "nearest_mode"],
    [oneOf("zeros", "border", "reflection"), "padding_mode"],
  ].flatMap(([kind, names]) =>
    (names as string).split(" ").map((name): [string, Kind] => [name, kind as Kind]),
  ),
);

const merging = oneOf("none", "add", "mul", "max", "min");

/** Kinds that an attribute has with one operator, its domain left out. */
const ofOperator: Readonly<Record<string, Kind>> = {
  "BitShift direction": oneOf("LEFT", "RIGHT"),
  "Crop scale": wholes,
  "DepthToSpace mode": oneOf("DCR", "CRD"),
  "GridSample mode": oneOf("linear", "nearest", "cubic", "bilinear", "bicubic"),
  "ImageScaler bias": numbers,
  "Pad mode": oneOf("constant", "reflect", "edge", "wrap"),
  "Resize coordinate_transformation_mode": oneOf(...coordinateModes),
  "Resize mode": oneOf("nearest", "linear", "cubic"),
  "ScatterElements reduction": merging,
  "ScatterND reduction": merging,
  "SpaceToDepth mode": oneOf("DCR", "CRD"),
  "Upsample mode": oneOf("nearest", "linear"),
};

/** What is wrong with the first attribute whose value its operator does not have; continues “operator X …”. */
export function wrongAttribute({ op, attributes }: Node): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    const kind = ofOperator[`${op.split(".").at(-1)} ${name}`] ?? kinds.get(name);
    if (kind && !kind.fits(value))
      return `has the ${name} ${print(value)}, which must be ${kind.wanted}`;
  }
  return undefined;
}

function print(value: AttributeValue): string {
  if (typeof value === "string") return `“${value}”`;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value)) return "of another kind";
  const [shown, more] = [value.slice(0, 8), value.length > 8 ? ",…" : ""];
  return `[${shown.join(",")}${more}]`;
}
