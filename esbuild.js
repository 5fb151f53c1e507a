/**
 * Builds the four kinds of bundle: extension host, engine child, command line, webview pages.
 * `--watch` rebuilds on change, `--production` minifies, leaves out source maps and puts the native packages of one platform
 * (`--target=linux-x64`, by default this one's) into `dist/node_modules`, so that `dist` is all that a VSIX needs.
 */
const esbuild = require("esbuild");
const fs = require("node:fs");
const path = require("node:path");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const targetOption = process.argv.find((argument) => argument.startsWith("--target="));
const target = targetOption?.slice("--target=".length) ?? `${process.platform}-${process.arch}`;

/** Prints problems in the form that the problem matcher in .vscode/tasks.json reads. */
const problemMatcher = {
  name: "problem-matcher",
  setup(build) {
    build.onStart(() => console.log("[watch] build started"));
    build.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log("[watch] build finished");
    });
  },
};

async function build(options) {
  const context = await esbuild.context({
    bundle: true,
    minify: production,
    sourcemap: production ? false : "linked",
    logLevel: watch ? "silent" : "warning",
    plugins: watch ? [problemMatcher] : [],
    ...options,
  });
  if (watch) return context.watch();
  await context.rebuild();
  return context.dispose();
}

const node = { platform: "node", format: "cjs", target: "node20" };
const native = ["onnxruntime-node", "sharp", "@tensorflow/tfjs-node-gpu"];
const browser = { platform: "browser", format: "iife", target: "chrome134" };
/** lit's decorators follow the legacy semantics that its documentation recommends for TypeScript. */
const decorators = { tsconfig: "src/webview/tsconfig.json" };

/** What the engine needs at run time of packages that cannot be bundled: package → the files, as patterns. */
function nativePackages() {
  const [platform, arch] = target.split("-");
  return {
    "onnxruntime-node": [/^dist\/[^/]*\.js$/, new RegExp(`^bin/napi-v6/${platform}/${arch}/`)],
    "onnxruntime-common": [/^dist\/cjs\/.*\.(js|json)$/],
    sharp: [/^dist\/[^/]*\.cjs$/],
    "detect-libc": [/^lib\/.*\.js$/],
    semver: [/\.js$/],
    "@img/colour": [/\.c?js$/],
    [`@img/sharp-${target}`]: [/./],
    // On Windows the library lies in the package above.
    ...(platform === "win32"
      ? {}
      : { [`@img/sharp-libvips-${target}`]: [/^lib\/.*\.(so|dylib)/, /\.js$/] }),
  };
}

/** Files that stand in every package and have to go along. */
const always = [/^package\.json$/, /^(licen[cs]e|third)[^/]*$/i];
/** onnxruntime-node carries the same library twice on macOS; the binding links the one without the full version. */
const never = [/^node_modules\//, /libonnxruntime\.\d+\.\d+\.\d+\.dylib$/];

function copyNative() {
  for (const [name, patterns] of Object.entries(nativePackages())) {
    const from = path.join("node_modules", name);
    if (!fs.existsSync(from)) {
      throw new Error(
        `${from} is not installed; for another platform run npm install --no-save --os=… --cpu=… ${name} --force first.`,
      );
    }
    for (const file of fs
      .readdirSync(from, { recursive: true })
      .map((file) => file.replaceAll("\\", "/"))) {
      const wanted = [...always, ...patterns].some((pattern) => pattern.test(file));
      if (
        !wanted ||
        never.some((pattern) => pattern.test(file)) ||
        fs.statSync(path.join(from, file)).isDirectory()
      )
        continue;
      const to = path.join("dist", "node_modules", name, file);
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.copyFileSync(path.join(from, file), to);
    }
  }
}

async function main() {
  fs.rmSync("dist", { recursive: true, force: true });
  await Promise.all([
    build({
      ...node,
      entryPoints: ["src/extension/extension.ts"],
      outfile: "dist/extension.js",
      external: ["vscode"],
    }),
    build({
      ...node,
      entryPoints: ["src/extension/engine/main.ts"],
      outfile: "dist/engine.js",
      external: native,
    }),
    build({
      ...node,
      entryPoints: ["src/explain/cli.ts"],
      outfile: "dist/cli.js",
      external: native,
      banner: { js: "#!/usr/bin/env node" },
    }),
    build({
      ...browser,
      ...decorators,
      entryPoints: ["src/webview/explain/main.ts"],
      outfile: "dist/webview/explain.js",
    }),
  ]);
  if (production) copyNative();
}

main().catch((cause) => {
  console.error(cause.message);
  process.exit(1);
});
