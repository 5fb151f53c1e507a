/**
 * Builds the four kinds of bundle: extension host, engine child, command line, webview pages.
 * `--watch` rebuilds on change, `--production` minifies and leaves out source maps.
 */
const esbuild = require("esbuild");
const fs = require("node:fs");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

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

async function main() {
  fs.rmSync("dist", { recursive: true, force: true });
  await Promise.all([
    build({ ...node, entryPoints: ["src/extension/extension.ts"], outfile: "dist/extension.js", external: ["vscode"] }),
    build({ ...node, entryPoints: ["src/extension/engine/main.ts"], outfile: "dist/engine.js", external: native }),
    build({ ...node, entryPoints: ["src/explain/cli.ts"], outfile: "dist/cli.js", external: native, banner: { js: "#!/usr/bin/env node" } }),
    build({ ...browser, ...decorators, entryPoints: ["src/webview/explain/main.ts"], outfile: "dist/webview/explain.js" }),
  ]);
}

main().catch((cause) => {
  console.error(cause.message);
  process.exit(1);
});
