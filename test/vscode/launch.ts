import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import { startCodeServer } from "./codeServer.mjs";
import { setUp } from "./setup.mjs";

/** An editor that runs, and the page that shows its workbench. */
export interface Launched {
  readonly page: Page;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly userData: string;
  readonly extensions: string;
  readonly workspace: string;
  readonly trust: boolean;
}

/** `SIGHTLINE_DESKTOP` names the program of a desktop VS Code; without it the specs run in code-server and Chromium. */
export function launch(options: LaunchOptions): Promise<Launched> {
  const desktop = process.env["SIGHTLINE_DESKTOP"];
  return desktop ? launchDesktop(desktop, options) : launchCodeServer(options);
}

const browserFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const viewport = { width: 1440, height: 900 };

async function launchCodeServer(options: LaunchOptions): Promise<Launched> {
  const { workspace, userData, extensions, trust } = options;
  const installed = await setUp();
  const server = await startCodeServer(installed, { userData, extensions }, workspace, { trust });
  const browser = await chromium.launch({ executablePath: installed.chromium, args: browserFlags });
  const context = await browser.newContext({
    viewport,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await page.goto(`${server.url}?folder=${encodeURIComponent(workspace)}`);
  return {
    page,
    pid: server.pid,
    async stop() {
      await browser.close();
      server.stop();
    },
  };
}

/** The same workbench, reached through Electron's remote debugging. */
async function launchDesktop(program: string, options: LaunchOptions): Promise<Launched> {
  const { workspace, userData, extensions, trust } = options;
  const port = await freePort();
  const child = spawn(
    program,
    [
      ...["--user-data-dir", userData, "--extensions-dir", extensions],
      `--remote-debugging-port=${port}`,
      ...["--no-sandbox", "--disable-gpu", "--skip-welcome", "--skip-release-notes"],
      ...["--disable-updates", "--new-window", ...(trust ? ["--disable-workspace-trust"] : [])],
      workspace,
    ],
    { stdio: "ignore" },
  );
  const browser = await connect(`http://127.0.0.1:${port}`);
  const page = await workbenchPage(browser);
  await page.setViewportSize(viewport);
  return {
    page,
    pid: child.pid,
    async stop() {
      await browser.close();
      child.kill("SIGKILL");
    },
  };
}

async function connect(address: string): Promise<Browser> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await chromium.connectOverCDP(address);
    } catch (cause) {
      if (attempt === 60) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function workbenchPage(browser: Browser): Promise<Page> {
  for (let attempt = 0; attempt < 120; attempt++) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    const page = pages.find((candidate) => candidate.url().includes("workbench"));
    if (page) return page;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("VS Code opened no window.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
