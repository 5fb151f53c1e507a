import { SightlineError } from "../error";

/** What a method can be asked with: a field in the panel, a flag of the command line. */
export type Parameter = IntegerParameter | RealParameter | ChoiceParameter | TextParameter;

interface About {
  /** As a label: “Window”. */
  readonly title: string;
  /** What it does, in one sentence. */
  readonly meaning: string;
  /** “pixels”, “masks”; absent for a plain number. */
  readonly unit?: string;
  /** What the default stands for where it is no value of its own, but is found for each model: “half a window”. */
  readonly automatic?: string;
}

export interface IntegerParameter extends About {
  readonly kind: "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface RealParameter extends About {
  readonly kind: "real";
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface ChoiceParameter<Option extends string = string> extends About {
  readonly kind: "choice";
  readonly default: Option;
  readonly options: readonly Option[];
}

/** The name of a layer; the method says which fit. */
export interface TextParameter extends About {
  readonly kind: "text";
  readonly default: string;
}

export type ParameterValue = number | string;

/** By name, in the order in which they are shown. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** A value for every parameter. */
export type Values<P extends Parameters = Parameters> = {
  readonly [K in keyof P]: P[K] extends ChoiceParameter<infer Option>
    ? Option
    : P[K] extends IntegerParameter | RealParameter
      ? number
      : P[K] extends TextParameter
        ? string
        : ParameterValue;
};

export const integer = (about: Omit<IntegerParameter, "kind">): IntegerParameter => ({
  kind: "integer",
  ...about,
});

export const real = (about: Omit<RealParameter, "kind">): RealParameter => ({
  kind: "real",
  ...about,
});

export const choice = <const Option extends string>(
  about: Omit<ChoiceParameter<Option>, "kind">,
): ChoiceParameter<Option> => ({ kind: "choice", ...about });

export const text = (about: Omit<TextParameter, "kind">): TextParameter => ({
  kind: "text",
  ...about,
});

/** A value for every parameter: the given one, else its default. Throws `SightlineError("method")` for a name or a value that does not fit. */
export function complete(
  { title, parameters }: { readonly title: string; readonly parameters: Parameters },
  given: Readonly<Record<string, unknown>> = {},
): Values {
  const names = Object.keys(parameters);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const has = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new SightlineError("method", `${title} has no parameter “${name}”; ${has}.`, { name });
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const value = given[name] ?? parameter.default;
      if (isValid(parameter, value)) return [name, value];
      const problem = `${name} takes ${expected(parameter)}, not “${String(value)}”`;
      throw new SightlineError("method", `${title}: ${problem}.`, { name, value: String(value) });
    }),
  );
}

/** A value as it was typed, in the parameter's own type; `undefined` when it does not fit. */
export function parsed(parameter: Parameter, text: string): ParameterValue | undefined {
  const value = meant(parameter, text.trim());
  return isValid(parameter, value) ? value : undefined;
}

function meant({ kind }: Parameter, text: string): ParameterValue | undefined {
  if (kind === "choice" || kind === "text") return text;
  return text === "" ? undefined : Number(text);
}

function isValid(parameter: Parameter, value: unknown): value is ParameterValue {
  if (parameter.kind === "choice") return parameter.options.includes(value as string);
  if (parameter.kind === "text") return typeof value === "string";
  if (typeof value !== "number" || Number.isNaN(value)) return false;
  const isWhole = parameter.kind === "real" || Number.isInteger(value);
  return isWhole && value >= parameter.min && value <= parameter.max;
}

/** What a parameter takes, in words: “a whole number from 1 to 64 (pixels)”. */
export function expected(parameter: Parameter): string {
  if (parameter.kind === "choice") return parameter.options.join(" or ");
  if (parameter.kind === "text") return "a text";
  const what = parameter.kind === "integer" ? "a whole number" : "a number";
  const unit = parameter.unit ? ` (${parameter.unit})` : "";
  return `${what} from ${parameter.min} to ${parameter.max}${unit}`;
}
