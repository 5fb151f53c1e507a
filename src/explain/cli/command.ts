import { resolve } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { SightlineError, describeError } from "../error";

/** One command of the `sightline` program. */
export interface Command {
  readonly name: string;
  /** One line for the help text. */
  readonly title: string;
  readonly synopsis: string;
  /** Option → what it does. */
  readonly options: readonly (readonly [option: string, meaning: string])[];
  /** Returns the exit status. */
  run(args: readonly string[], signal: AbortSignal): Promise<number>;
}

/** Parses options; wrong ones become one sentence and exit status 2. */
export function parse<T extends ParseArgsConfig>(config: T) {
  try {
    return parseArgs<T>(config);
  } catch (cause) {
    throw new SightlineError(
      "usage",
      `${describeError(cause)}; see sightline --help.`,
      {},
      { cause },
    );
  }
}

/** The value of an option that must be given. */
export function required(value: string | undefined, option: string): string {
  if (!value)
    throw new SightlineError("usage", `Option ${option} is missing; see sightline --help.`);
  return value;
}

export function absolute(path: string): string;
export function absolute(path: string | undefined): string | undefined;
export function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** The help text. */
export function usage(commands: readonly Command[]): string {
  const lines = ["Sightline: see what an image classifier looks at.", ""];
  for (const { title, synopsis, options } of commands) {
    lines.push(synopsis, `    ${title}`);
    const width = Math.max(0, ...options.map(([option]) => option.length));
    for (const [option, meaning] of options)
      lines.push(`      ${option.padEnd(width)}  ${meaning}`);
    lines.push("");
  }
  lines.push("Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled.", "");
  return lines.join("\n");
}
