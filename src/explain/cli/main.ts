import { CancelledError, SightlineError, describeError } from "../error";
import { demo } from "./demo";
import { explain } from "./explain";
import { inspect } from "./inspect";
import { usage, type Command } from "./command";

/** Every command, in the order of the help text. */
const commands: readonly Command[] = [inspect, explain, demo];

/**
 * Runs one command line and returns its exit status: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130
 * cancelled.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command)
    return fail(
      new SightlineError("usage", `There is no command “${name}”; try sightline --help.`),
    );
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(usage([command]));
    return 0;
  }
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once("SIGINT", interrupt);
  try {
    return await command.run(rest, abort.signal);
  } catch (cause) {
    return fail(cause);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function fail(cause: unknown): number {
  if (cause instanceof CancelledError) {
    process.stderr.write("Cancelled.\n");
    return 130;
  }
  process.stderr.write(`${describeError(cause)}\n`);
  if (!(cause instanceof SightlineError) && process.env["SIGHTLINE_DEBUG"]) console.error(cause);
  return cause instanceof SightlineError && cause.code === "usage" ? 2 : 1;
}
