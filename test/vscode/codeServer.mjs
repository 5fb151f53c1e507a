/** Starts code-server on a folder. */
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function command({ codeServer }, { userData, extensions }) {
  // Its own configuration file would be written into the home folder.
  return [
    codeServer,
    "--config",
    join(userData, "config.yaml"),
    "--user-data-dir",
    userData,
    "--extensions-dir",
    extensions,
  ];
}

/** Installs a packaged extension into `extensions`. */
export function installExtension(editor, folders, vsix) {
  mkdirSync(folders.userData, { recursive: true });
  const result = spawnSync(
    editor.node,
    [...command(editor, folders), "--install-extension", vsix, "--force"],
    { encoding: "utf8" },
  );
  if (result.status !== 0)
    throw new Error(`${vsix} could not be installed: ${result.stderr || result.stdout}`);
}

/** Starts a server on `workspace`; resolves when it answers. */
export async function startCodeServer(
  editor,
  folders,
  workspace,
  { port = undefined, trust = true, env = {} } = {},
) {
  mkdirSync(folders.userData, { recursive: true });
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const child = spawn(
    editor.node,
    [
      ...command(editor, folders),
      ...[
        "--auth",
        "none",
        "--bind-addr",
        address,
        "--disable-telemetry",
        "--disable-update-check",
        "--disable-getting-started-override",
      ],
      ...(trust ? ["--disable-workspace-trust"] : []),
      workspace,
    ],
    { stdio: ["ignore", "pipe", "pipe"], detached: true, env: { ...process.env, ...env } },
  );
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  // Its own process group: the extension host and the engine end with it, and it ends with us.
  const stop = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // ended by itself
    }
  };
  process.once("exit", stop);
  const url = `http://${address}/`;
  await untilAnswers(url, child, () => output);
  return { url, pid: child.pid, stop };
}

async function untilAnswers(url, child, output) {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`code-server ended at once: ${output()}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`code-server did not answer within a minute: ${output()}`);
}
