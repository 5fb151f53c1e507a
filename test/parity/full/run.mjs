/**
 * npm run parity:full [-- NAME…] [-- --torchscript | --dynamo] [-- --again | --failed]: exports whole families of architectures with
 * random weights through both of PyTorch's exporters, and holds Sightline to what PyTorch computes with them. Results are kept for each
 * model, so that a run that was interrupted continues; `--failed` examines once more what failed, `--again` everything. Without names it writes docs/models.md.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundle } from "../../helper/bundle.mjs";
import { cache as caches, findPython } from "../../helper/python.mjs";
import { besideTwin, differsOnly, hasFailed, summarize, writeReport } from "./report.mjs";

const here = import.meta.dirname;
const root = join(here, "..", "..", "..");
const cache = join(caches, "parity", "models");
const exporters = ["torchscript", "dynamo"];
/** Exports that failed are kept for the next try, as long as they are smaller than this. */
const mostKeptBytes = 60 * 2 ** 20;
const limit = 600_000;

const flags = new Set(process.argv.slice(2).filter((argument) => argument.startsWith("--")));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

/** Every model with every exporter; opsets and dynamic batches take turns. */
function allTasks(python) {
  const models = JSON.parse(
    execFileSync(python, ["-c", "import json, models, timm; print(json.dumps(models.MODELS))"], {
      cwd: here,
      encoding: "utf8",
    }),
  );
  const opsets = { torchscript: ["17", "13", "11"], dynamo: ["default", "18", "23"] };
  return exporters.flatMap((exporter) =>
    models.map((name, i) => ({
      ...{ name, exporter, dynamic: i % 2 === 1, opset: opsets[exporter][i % 3] },
      id: idOf(name, exporter),
    })),
  );
}

const idOf = (name, exporter) => `${name.replace("/", ".")}.${exporter}`;
const folderOf = ({ id }) => join(cache, id);
const resultOf = ({ id }) => join(cache, `${id}.json`);

function readResult(task) {
  const path = resultOf(task);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** What is kept of the task's architecture, through both exporters. */
function readBoth({ name }) {
  return exporters.flatMap((exporter) => readResult({ id: idOf(name, exporter) }) ?? []);
}

function isWanted(task) {
  if (names.length > 0 && !names.includes(task.name) && !names.includes(task.name.split("/")[1]))
    return false;
  if (exporters.some((name) => flags.has(`--${name}`)) && !flags.has(`--${task.exporter}`))
    return false;
  const result = readResult(task);
  return (
    !result ||
    flags.has("--again") ||
    names.length > 0 ||
    (flags.has("--failed") && hasFailed(besideTwin(result, readBoth(task))))
  );
}

/** The Python process that exports, one task after another; when one of them ends it, the next gets another process. */
function exportingProcess(python) {
  let open;
  const start = () => {
    const child = spawn(python, [join(here, "export.py"), cache], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    // A task written to a process that has ended is answered by the end of its output.
    child.stdin.on("error", () => undefined);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, answers };
  };
  return {
    async make({ name, exporter, opset, dynamic, seed = 0 }) {
      open ??= start();
      open.child.stdin.write(`${name} ${exporter} ${opset} ${dynamic} ${seed}\n`);
      const { value, done } = await open.answers.next();
      if (done) open = undefined;
      return done ? { error: "Python ended" } : JSON.parse(value);
    },
    end: () => open?.child.stdin.end(),
  };
}

/** Exports what is not there, at a newer opset where PyTorch itself cannot export to the wanted one. */
async function exported(task, exporting) {
  if (flags.has("--again")) rmSync(folderOf(task), { recursive: true, force: true });
  if (existsSync(join(folderOf(task), "golden.json"))) return {};
  const answer = await exporting.make(task);
  if (!answer.error) return answer;
  const newer = { torchscript: "17", dynamo: "default" }[task.exporter];
  if (task.opset === newer && !task.dynamic) return answer;
  const second = await exporting.make({ ...task, opset: newer, dynamic: false });
  return { ...second, first: answer.error };
}

/** In a process of its own: native code may crash. */
function examine(script, folder) {
  const options = {
    timeout: limit,
    maxBuffer: 2 ** 24,
    env: { ...process.env, XDG_CACHE_HOME: join(cache, "none"), ORT_DISABLE_TELEMETRY: "1" },
  };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      ["--max-old-space-size=6000", script, folder],
      options,
      (problem, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout.trim().split("\n").at(-1)));
        } catch {
          const why = problem?.killed
            ? `took longer than ${limit / 1000} s`
            : stderr.trim().split("\n").slice(-3).join(" ");
          resolve({ open: { failure: `The process ended: ${why || problem}` } });
        }
      },
    ),
  );
}

async function survey(task, exporting, script) {
  const folder = folderOf(task);
  let result;
  // Where a unit lies at a kink, rounding decides; another input tells that from a mistake.
  for (const seed of [0, 100, 200]) {
    result = await attempt({ ...task, seed }, exporting, script);
    if (!differsOnly(result)) break;
    rmSync(folder, { recursive: true, force: true });
  }
  const model = join(folder, "model.onnx");
  const keeps = hasFailed(result) && existsSync(model) && statSync(model).size <= mostKeptBytes;
  if (!keeps) rmSync(folder, { recursive: true, force: true });
  return result;
}

async function attempt(task, exporting, script) {
  const answer = await exported(task, exporting);
  const folder = folderOf(task);
  const base = { name: task.name, exporter: task.exporter, first: answer.first };
  if (answer.error) return { ...base, exportFailure: answer.error };
  const { layers, ...golden } = JSON.parse(readFileSync(join(folder, "golden.json"), "utf8"));
  const examined = await examine(script, folder);
  return { ...base, ...golden, comparable: layers.length, ...examined };
}

const python = findPython();
mkdirSync(cache, { recursive: true });
const script = await bundle(join(here, "examine.ts"), join(root, "out", "parity", "examine.cjs"));
const tasks = allTasks(python);
const exporting = exportingProcess(python);
for (const task of tasks.filter(isWanted)) {
  const result = await survey(task, exporting, script);
  writeFileSync(resultOf(task), JSON.stringify(result, undefined, 1));
  console.log(`${task.id}: ${summarize(result)}`);
}
exporting.end();
if (names.length === 0)
  writeReport(
    join(root, "docs", "models.md"),
    tasks.map((task) => readResult(task)).filter(Boolean),
  );
