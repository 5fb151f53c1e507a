import { CancelledError, SightlineError, describeError } from "../error";
import { nearestWord } from "../nearest";
import { versions } from "../node";
import { usage, usageError, type Command } from "./command";
import { demo } from "./demo";
import { explain } from "./explain";
import { inspect } from "./inspect";
import { print, printError } from "./output";

/** Every command, in the order of the help text. */
const commands: readonly Command[] = [explain, inspect, demo];

/**
 * Runs one command line and returns its exit status: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130
 * cancelled.
 */
export async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    return await run(args, signal);
  } catch (cause) {
    return fail(cause);
  }
}

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    printError(help(commands));
    return 2;
  }
  if (name === "--version" || name === "version") {
    print(`sightline ${versions.sightline}\n`);
    return 0;
  }
  const asked = isHelp(name) ? rest[0] : name;
  const command = asked === undefined ? undefined : commandCalled(asked);
  if (!command || isHelp(name) || rest.slice(0, endOf(rest)).some(isHelpOption)) {
    print(help(command ? [command] : commands));
    return 0;
  }
  return command.run(rest, signal);
}

const isHelpOption = (arg: string): boolean => arg === "--help" || arg === "-h";
const isHelp = (arg: string): boolean => arg === "help" || isHelpOption(arg);

/** Where the options end: after `--` everything is a file. */
const endOf = (args: readonly string[]): number =>
  args.includes("--") ? args.indexOf("--") : args.length;

function commandCalled(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = commands.map((candidate) => candidate.name);
  const near = nearestWord(name, names);
  throw usageError(
    `There is no command “${name}”; ${near ? `did you mean “${near}”?` : `the commands are ${names.join(", ")}.`}`,
  );
}

function help(shown: readonly Command[]): string {
  const title = "Sightline shows what an image classifier looks at. Nothing leaves this machine.";
  const status = "Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled.";
  return [title, "", usage(shown), status, ""].join("\n");
}

function fail(cause: unknown): number {
  if (cause instanceof CancelledError) {
    printError("Cancelled.\n");
    return 130;
  }
  if (cause instanceof SightlineError) {
    printError(`${cause.message}\n`);
    return cause.code === "usage" ? 2 : 1;
  }
  printError(
    `Sightline itself failed (${describeError(cause).split("\n")[0]}); please report it with what SIGHTLINE_DEBUG=1 adds.\n`,
  );
  if (process.env["SIGHTLINE_DEBUG"]) console.error(cause);
  return 1;
}
