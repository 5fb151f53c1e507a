/**
 * npm run bench [-- NAME…]: time, memory and start of Sightline beside its targets, and beside what others take. Prints a table, writes
 * out/bench.json, and exits with 1 when a target is missed. `--no-peers` leaves the others out, `--no-build` takes dist/ as it is, `--write` puts the figures of a whole run into
 * docs/performance.md.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { bundle } from "../helper/bundle.mjs";
import { coldStart } from "./coldStart.mjs";
import { exportModels, makeImage, measurePeers, peerTitles } from "./prepare.mjs";
import { writeReport } from "./report.mjs";
import { median } from "./subject.mjs";

/**
 * What maps may cost, in forward passes of the unmodified model: Grad-CAM of the best class and the best five, the gradient to the image, plain
 * and guided; peak memory of Grad-CAM.
 */
const models = {
  resnet50: { ...toTheImage(2.4), top1: 1.05, top5: 1.08, memory: 1.3, ablation: 12 },
  vgg16: { ...toTheImage(2.2), top1: 1.15, top5: 1.25, memory: 1.45 },
  squeezenet1_1: { ...toTheImage(3.3), top1: 1.1, top5: 1.15, memory: 1.3 },
  mobilenet_v2: { ...toTheImage(3.3), top1: 1.08, top5: 1.12, memory: 1.3 },
};
const titles = {
  top1: "Grad-CAM top-1",
  top5: "Grad-CAM top-5",
  saliency: "saliency",
  guided: "guided backpropagation",
  deconvnet: "deconvnet",
  mwp: "MWP",
  mwpInput: "MWP at the image",
};

/** What goes back to the image has one target, excitation backprop another. */
function toTheImage(target) {
  return { saliency: target, guided: target, deconvnet: target, mwp: 4, mwpInput: 4 };
}

/** Methods of many runs: what they are made of, how many of that, and how much more they may take than those. */
const manyRuns = {
  integrated: {
    title: "integrated gradients, 20 steps",
    unit: "saliency",
    units: 20,
    target: 1.05,
  },
  occlusion: { title: "occlusion, 169 windows", unit: "forward", units: 169, target: 1.05 },
};
/** Peak memory of the gradient to the image, opening and first map, an image in a batch: in what the plain forward pass, or one image, takes. */
const saliencyMemoryTarget = 3;
const firstTarget = 2;
const batchTarget = 1.05;
const coldStartTarget = 1500;
/** Milliseconds in a real editor; the editor's tests write them to out/vscode-figures.json. */
const editorTargets = { activation: 50, warmRequest: 150 };

const here = import.meta.dirname;
const root = join(here, "..", "..");
const out = join(root, "out");
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const wanted = process.argv.slice(2).filter((argument) => argument in models);
const names = wanted.length > 0 ? wanted : Object.keys(models);
const results = {};
let missed = 0;

/** The last line that a measuring process prints. */
function measure(script, ...args) {
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const output = execFileSync(process.execPath, [join(here, script), ...args], options);
  return JSON.parse(output.trim().split("\n").at(-1));
}

function row(name, value, detail, target, tolerance = 0) {
  let verdict = "";
  if (target !== undefined) {
    const fails = value > target + tolerance;
    if (fails) missed++;
    verdict = `≤ ${target}  ${fails ? "MISSED" : value > target ? "met within the tolerance" : "met"}`;
  }
  const shown = value < 20 ? value.toFixed(3) : value.toFixed(0);
  console.log(`  ${name.padEnd(38)} ${shown.padStart(8)}  ${detail.padEnd(32)} ${verdict}`);
}

function measureModel(name, model, session) {
  const targets = models[name];
  console.log(`\n${name}`);
  const defaults = measure("alone.mjs", model, "default");
  const alone = measure("alone.mjs", model, "ours");
  const kinds = Object.keys(titles);
  const baseline = measure("ratio.mjs", session, model, "baseline");
  const { forward } = baseline;
  const maps = Object.fromEntries(
    kinds.map((kind) => [kind, measure("ratio.mjs", session, model, kind)]),
  );
  const milliseconds = (value) => `${value.toFixed(1)} ms`;
  row("forward alone, ms", alone, `default options: ${milliseconds(defaults)}`);
  row("forward beside another session, ms", forward, "");
  row("baseline ÷ baseline", baseline.ratio, `spread ${baseline.spread.toFixed(3)} = tolerance`);
  for (const kind of kinds) {
    const { ratio, milliseconds: time } = maps[kind];
    row(`${titles[kind]} ÷ forward`, ratio, milliseconds(time), targets[kind], baseline.spread);
  }
  const runs = measureRuns(name, model, session);
  const several = measure("several.mjs", session, model);
  row("an image of 8 ÷ one alone", several, "", batchTarget, baseline.spread);
  const middle = (script, what) =>
    median([0, 1, 2].map(() => measure(script, session, model, what)));
  const first = { forward: middle("first.mjs", "forward"), top1: middle("first.mjs", "top1") };
  const opening = `${first.top1.toFixed(0)} of ${first.forward.toFixed(0)} ms`;
  row("opening and first map ÷ forward", first.top1 / first.forward, opening, firstTarget);
  const peaks = ["forward", "top1", "top5", "saliency"];
  const memory = Object.fromEntries(peaks.map((what) => [what, middle("memory.mjs", what)]));
  for (const what of peaks.slice(1)) {
    const detail = `${memory[what].toFixed(0)} of ${memory.forward.toFixed(0)} MB`;
    const target = what === "saliency" ? saliencyMemoryTarget : targets.memory;
    row(`peak memory ${titles[what]} ÷ forward`, memory[what] / memory.forward, detail, target);
  }
  results[name] = { defaults, alone, forward, baseline, maps, runs, several, first, memory };
}

/** Methods of many runs, in what they are made of. */
function measureRuns(name, model, session) {
  const runs = {};
  for (const [what, { title, unit, units, target }] of Object.entries(manyRuns)) {
    const { ratio, milliseconds } = measure("runs.mjs", session, model, what, unit);
    runs[what] = { ratio: ratio / units, milliseconds };
    row(`${title} ÷ ${units} × ${unit}`, ratio / units, `${milliseconds.toFixed(0)} ms`, target);
  }
  const { ablation } = models[name];
  if (ablation === undefined) return runs;
  runs.ablation = measure("runs.mjs", session, model, "ablation", "forward");
  const detail = `${runs.ablation.milliseconds.toFixed(0)} ms`;
  row("Ablation-CAM, 2048 channels ÷ forward", runs.ablation.ratio, detail, ablation);
  return runs;
}

function reportEditor() {
  const file = join(out, "vscode-figures.json");
  if (!existsSync(file)) {
    console.log(
      "  activation, warm request                not measured: run npm run test:vscode first",
    );
    return;
  }
  const figures = JSON.parse(readFileSync(file, "utf8"));
  row("extension activation, ms", figures.activation, "", editorTargets.activation);
  row("warm request in the editor, ms", figures.warmRequest, "", editorTargets.warmRequest);
  results.editor = figures;
}

/** What is compared with others: everything that any of them has. */
const comparedTitles = {
  ...titles,
  ...Object.fromEntries(Object.entries(manyRuns).map(([what, { title }]) => [what, title])),
  ablation: "Ablation-CAM",
};

function reportPeers() {
  const widths = Object.values(peerTitles).map((title) => Math.max(10, title.length + 2));
  const head = Object.values(peerTitles).map((title, i) => title.padStart(widths[i]));
  console.log(`\nfor comparison, ms ${"Sightline".padStart(28)} ${head.join("")}`);
  const peers = measurePeers(names);
  for (const name of names) {
    console.log(`  ${name}: PyTorch's forward pass ${peers[name].forward.toFixed(1)}`);
    const { maps, runs } = results[name];
    for (const [kind, title] of Object.entries(comparedTitles)) {
      const theirs = Object.keys(peerTitles).map((peer) => peers[name][peer][kind]);
      const ours = (maps[kind] ?? runs[kind])?.milliseconds;
      if (ours === undefined || theirs.every((time) => time === undefined)) continue;
      const isAhead = theirs.every((time) => time === undefined || ours < time);
      if (!isAhead) missed++;
      const cells = theirs.map((time, i) => (time?.toFixed(1) ?? "–").padStart(widths[i]));
      const verdict = isAhead ? "ahead" : "BEHIND";
      console.log(
        `    ${title.padEnd(32)} ${ours.toFixed(1).padStart(10)} ${cells.join("")}  ${verdict}`,
      );
    }
  }
  results.peers = peers;
}

console.log(
  `Sightline bench: ${cpus()[0].model}, ${cpus().length} logical cores, 2 threads, Node ${process.version}`,
);
if (!flags.includes("--no-build"))
  execFileSync(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
const session = await bundle(join(here, "session.ts"), join(out, "bench", "session.cjs"));
const paths = exportModels(names);
for (const name of names) measureModel(name, paths[name], session);

console.log("\nstart and editor");
const { squeezenet1_1 } = exportModels(["squeezenet1_1"]);
const started = await coldStart(join(root, "dist", "cli.js"), squeezenet1_1, await makeImage());
row("cold start to first map, ms", started, "SqueezeNet, without a profile", coldStartTarget);
results.coldStart = started;
reportEditor();
if (!flags.includes("--no-peers")) reportPeers();

if (flags.includes("--write")) {
  const tables = { models, titles, manyRuns, comparedTitles, peerTitles };
  writeReport(join(root, "docs", "performance.md"), results, tables);
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "bench.json"), JSON.stringify(results, undefined, 2));
console.log(missed > 0 ? `\n${missed} targets missed` : "\nall targets met");
process.exitCode = missed > 0 ? 1 : 0;
