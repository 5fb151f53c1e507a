/**
 * Puts a real VS Code for machines without a desktop into a cache folder: Node 24 with its headers, code-server, and Debian's
 * Chromium. What is there already is kept. Run as a script it says where everything is.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sightline", "editor");
const nodePackage = join(cache, "node", "node_modules", "node");
const codeServerPackage = join(cache, "code-server", "node_modules", "code-server");
const nodeVersion = "node@24";
const codeServerVersion = "code-server@4.139.1";

/** Where the installed programs are; `folder` is for what the editor writes. */
export const editor = {
  folder: cache,
  node: join(nodePackage, "bin", "node"),
  codeServer: join(codeServerPackage, "out", "node", "entry.js"),
};

/** Installs what is missing; without `browser` no Chromium. Throws one sentence that says what could not be had. */
export async function setUp({ browser = true } = {}) {
  if (process.platform !== "linux") {
    throw new Error(
      "code-server is set up on Linux only; use npm run test:desktop, or F5 in VS Code, on this system.",
    );
  }
  const chromium = browser ? (findChromium() ?? installChromium()) : undefined;
  if (!isInstalled("node", nodeVersion)) installPackage("node", nodeVersion);
  if (!isInstalled("code-server", codeServerVersion)) installCodeServer();
  return { ...editor, chromium };
}

function findChromium() {
  const candidates = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  return candidates.find((path) => path && existsSync(path));
}

function installChromium() {
  aptInstall("chromium");
  const chromium = findChromium();
  if (chromium) return chromium;
  throw new Error(
    "Chromium is missing; install it (Debian: apt-get install chromium) or name it in CHROMIUM_PATH.",
  );
}

function aptInstall(...packages) {
  const needed = `apt-get install ${packages.join(" ")}`;
  if (process.getuid?.() !== 0)
    throw new Error(`${packages.join(" and ")} missing; run as root: ${needed}.`);
  console.error(`installing ${packages.join(", ")} …`);
  for (const command of [
    ["update", "-qq"],
    ["install", "-y", "-qq", ...packages],
  ]) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const { status } = spawnSync("apt-get", command, {
      stdio: ["ignore", "ignore", "inherit"],
      env,
    });
    if (status !== 0)
      throw new Error(`${packages.join(" and ")} could not be installed; run as root: ${needed}.`);
  }
}

/** code-server compiles native modules against Node 24; one of them wants Kerberos' headers. */
function installCodeServer() {
  if (!existsSync("/usr/include/krb5.h") && !existsSync("/usr/include/krb5/krb5.h"))
    aptInstall("libkrb5-dev");
  const headers = join(nodePackage, "node_modules", `node-linux-${process.arch}`);
  installPackage("code-server", codeServerVersion, {
    PATH: `${join(nodePackage, "bin")}:${process.env.PATH}`,
    npm_config_nodedir: headers,
  });
}

/** A file written at the end: an installation that was interrupted does not count. */
const markOf = (folder) => join(cache, folder, "complete");

function isInstalled(folder, specifier) {
  return existsSync(markOf(folder)) && readFileSync(markOf(folder), "utf8") === specifier;
}

function installPackage(folder, specifier, extra = {}) {
  console.error(`installing ${specifier} (once; this takes a few minutes) …`);
  const cwd = join(cache, folder);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "package.json"), '{ "private": true }\n');
  const { status, stderr } = spawnSync(
    "npm",
    ["install", specifier, "--no-audit", "--no-fund", "--ignore-scripts=false"],
    { cwd, env: { ...process.env, ...extra }, encoding: "utf8" },
  );
  if (status === 0) return writeFileSync(markOf(folder), specifier);
  const reason = stderr
    .trim()
    .split("\n")
    .filter((line) => line.includes("ERR") || line.includes("error"))
    .at(-1);
  throw new Error(
    `${specifier} could not be installed (${reason ?? `npm ended with status ${status}`}); check the network and try again.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(JSON.stringify(await setUp(), undefined, 2));
  } catch (cause) {
    console.error(cause.message);
    process.exit(1);
  }
}
