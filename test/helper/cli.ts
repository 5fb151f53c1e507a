import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { decodeNpy } from "../../src/explain/file/npy";
import type { Manifest, ManifestImage } from "../../src/explain/service/manifest";
import type { Tensor } from "../../src/explain/tensor";

const program = join(__dirname, "../../dist/cli.js");

/** What one run of the built command line did. */
export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard error without progress and notes: what went wrong. */
  readonly complaints: readonly string[];
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process once it runs, to interrupt it. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs the built command line in a process of its own, as a shell does. */
export function sightline(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  if (!existsSync(program)) throw new Error(`${program} is missing; run npm run build first`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) =>
      resolve({ status, stdout, stderr, complaints: complaintsIn(stderr) }),
    );
  });
}

const chatter = /^( *\d+ % |(model|output|layer|caution|remark|guessed [^:]*): )/;

function complaintsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !chatter.test(line));
}

/** Runs `explain`, which must succeed, and returns the manifest that it prints. */
export async function explainJson(
  args: readonly string[],
  options?: CliOptions,
): Promise<Manifest> {
  const { status, stdout, stderr } = await sightline(["explain", ...args, "--json"], options);
  if (status !== 0) throw new Error(`sightline explain ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Manifest;
}

/** The images of a manifest that could be explained. */
export function explained({ images }: Manifest): ManifestImage[] {
  return images.filter((image) => "maps" in image);
}

export function readNpy(...path: readonly string[]): Tensor {
  const file = join(...path);
  return decodeNpy(readFileSync(file), file);
}

/** Environment that makes every Node process report its peak memory, and what they reported: bytes of the largest one. */
export function peakMemory(): { env: Record<string, string>; read: () => number } {
  const folder = mkdtempSync(join(tmpdir(), "sightline-peak-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const [hook, report] = [join(folder, "hook.cjs"), join(folder, "report")];
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").appendFileSync(${JSON.stringify(report)}, process.resourceUsage().maxRSS + "\\n"));`,
  );
  return {
    env: { NODE_OPTIONS: `--require ${hook}` },
    read: () => 1024 * Math.max(...readFileSync(report, "utf8").trim().split("\n").map(Number)),
  };
}
