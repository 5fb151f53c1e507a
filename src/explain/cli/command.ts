import { resolve } from "node:path";
import { SightlineError } from "../error";
import { nearestWord } from "../nearest";

/** One option of a command: a row of the help text and of the parser. */
export interface Option {
  /** How the value is called in the help text; absent = a switch without a value. */
  readonly value?: string;
  readonly meaning: string;
}

export type Options = Readonly<Record<string, Option>>;

/** One command of the `sightline` program. */
export interface Command {
  readonly name: string;
  /** One line for the help text. */
  readonly title: string;
  readonly synopsis: string;
  readonly options: Options;
  /** Returns the exit status. */
  run(args: readonly string[], signal: AbortSignal): Promise<number>;
}

/** What stood on the command line. */
export interface Parsed<T extends Options> {
  /** Every value that an option was given, in order. */
  values(name: keyof T & string): readonly string[];
  /** The last value of an option. Throws when it is empty. */
  value(name: keyof T & string): string | undefined;
  /** The value of an option that must be given. */
  required(name: keyof T & string): string;
  has(name: keyof T & string): boolean;
  readonly positionals: readonly string[];
}

export function usageError(message: string): SightlineError {
  return new SightlineError("usage", message);
}

/**
 * Takes arguments apart: `--name value`, `--name=value`, switches, and everything else; after `--` all is everything else. Throws
 * `SightlineError("usage")` in one sentence.
 */
export function parse<T extends Options>(
  { name: command, options }: { readonly name: string; readonly options: T },
  args: readonly string[],
): Parsed<T> {
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      positionals.push(...rest.splice(0));
    } else if (arg.startsWith("-") && arg !== "-") {
      const [name, value] = takeOption(command, options, arg, rest);
      given.set(name, [...(given.get(name) ?? []), value]);
    } else positionals.push(arg);
  }
  const value = (name: string): string | undefined => {
    const last = given.get(name)?.at(-1);
    if (last === "" && options[name]!.value)
      throw usageError(`Option --${name} is empty; give it as --${name} ${options[name]!.value}.`);
    return last;
  };
  return {
    values: (name) => given.get(name) ?? [],
    value,
    required: (name) => {
      const found = value(name);
      if (found === undefined)
        throw usageError(
          `Option --${name} is missing; give it as --${name} ${options[name]!.value}.`,
        );
      return found;
    },
    has: (name) => given.has(name),
    positionals,
  };
}

function takeOption(
  command: string,
  options: Options,
  arg: string,
  rest: string[],
): [name: string, value: string] {
  const [, name = "", inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option || !arg.startsWith("--")) {
    const near = nearestWord(name, Object.keys(options));
    const remedy = near
      ? `did you mean --${near}?`
      : `sightline ${command} --help lists the options.`;
    throw usageError(
      `There is no option “${arg.split("=")[0]}” for sightline ${command}; ${remedy}`,
    );
  }
  if (option.value === undefined) {
    if (inline !== undefined)
      throw usageError(`Option --${name} takes no value; leave out “=${inline}”.`);
    return [name, ""];
  }
  const value = inline ?? (rest[0]?.startsWith("--") ? undefined : rest.shift());
  if (value === undefined)
    throw usageError(`Option --${name} has no value; give it as --${name} ${option.value}.`);
  return [name, value];
}

export function absolute(path: string): string;
export function absolute(path: string | undefined): string | undefined;
export function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** The help text. */
export function usage(commands: readonly Command[]): string {
  const lines: string[] = [];
  for (const { title, synopsis, options } of commands) {
    lines.push(`  ${synopsis}`, `      ${title}`);
    const rows = Object.entries(options).map(([name, { value, meaning }]) => ({
      option: value === undefined ? `--${name}` : `--${name} ${value}`,
      meaning,
    }));
    const width = Math.max(0, ...rows.map(({ option }) => option.length));
    for (const { option, meaning } of rows)
      lines.push(`        ${option.padEnd(width)}  ${meaning}`);
    lines.push("");
  }
  return lines.join("\n");
}
