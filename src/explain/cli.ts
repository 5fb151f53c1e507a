import { cancelSignal, isSupervised, supervise } from "./cli/supervise";

async function start(args: readonly string[]): Promise<number> {
  if (!isSupervised()) return supervise(__filename, args);
  const signal = cancelSignal();
  const { main } = await import("./cli/main");
  return main(args, signal);
}

void start(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
