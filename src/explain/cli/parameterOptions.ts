import { kebab } from "../kebab";
import { methods } from "../method/index";
import { expected, parsed, type Parameter, type ParameterValue } from "../method/parameter";
import { usageError, type Options, type Parsed } from "./command";

interface Owned {
  readonly method: string;
  readonly name: string;
  readonly parameter: Parameter;
}

const owned: readonly Owned[] = methods.flatMap(({ id, parameters }) =>
  Object.entries(parameters).map(([name, parameter]) => ({ method: id, name, parameter })),
);

const names = [...new Set(owned.map(({ name }) => name))];
const owners = (name: string): readonly Owned[] => owned.filter((own) => own.name === name);

const valueName = (parameter: Parameter): string =>
  parameter.kind === "choice" ? parameter.options.join("|") : valueNames[parameter.kind];
const valueNames = { integer: "N", real: "X", switch: "true|false", text: "TEXT" } as const;

/** One option for each name of a parameter, for all methods that are asked for and have it. */
export const parameterOptions: Options = Object.fromEntries(
  names.map((name) => {
    const own = owners(name);
    const { parameter } = own[0]!;
    const unit = "unit" in parameter && parameter.unit ? ` (${parameter.unit})` : "";
    const defaults = [
      ...new Set(own.map((one) => one.parameter.automatic ?? String(one.parameter.default))),
    ];
    const byDefault = defaults.length === 1 ? `; ${defaults[0]} by default` : "";
    const of = own.map(({ method }) => method).join(", ");
    const meaning = `${of}: ${parameter.title.toLowerCase()}${unit}${byDefault}`;
    return [kebab(name), { value: valueName(parameter), meaning }];
  }),
);

/** The same for one method: `--occlusion.window 32`. */
export const ownParameterOptions: Options = Object.fromEntries(
  owned.map(({ method, name, parameter }) => [
    `${method}.${kebab(name)}`,
    { value: valueName(parameter), meaning: parameter.meaning },
  ]),
);

/** Method id → parameter → value, of what was given. Throws `SightlineError("usage")` for a value that does not fit or that no method takes. */
export function readParameters(
  given: Pick<Parsed<Options>, "value">,
  asked: readonly string[],
): Record<string, Record<string, ParameterValue>> {
  const result: Record<string, Record<string, ParameterValue>> = {};
  const take = ({ method, name, parameter }: Owned, flag: string, text: string) => {
    const value = parsed(parameter, text);
    if (value === undefined)
      throw usageError(`--${flag} takes ${expected(parameter)}, not “${text}”.`);
    result[method] = { ...result[method], [name]: value };
  };
  for (const name of names) {
    const text = given.value(kebab(name));
    if (text === undefined) continue;
    const takers = owners(name).filter(({ method }) => asked.includes(method));
    if (takers.length === 0) throw unwanted(kebab(name), asked, owners(name));
    for (const taker of takers) take(taker, kebab(name), text);
  }
  for (const one of owned) {
    const flag = `${one.method}.${kebab(one.name)}`;
    const text = given.value(flag);
    if (text === undefined) continue;
    if (!asked.includes(one.method)) throw unwanted(flag, asked, [one]);
    take(one, flag, text);
  }
  return result;
}

function unwanted(flag: string, asked: readonly string[], takers: readonly Owned[]) {
  const has = takers.map(({ method }) => method).join(", ");
  return usageError(
    `--${flag} belongs to ${has}, and --method asks for ${asked.join(", ")}; name the method too.`,
  );
}
