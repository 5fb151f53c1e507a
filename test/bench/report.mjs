/** The measured figures as tables in docs/performance.md. */
import { readFileSync, writeFileSync } from "node:fs";

const start = "<!-- bench -->";
const end = "<!-- /bench -->";

const line = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) =>
  [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");

/** Ratios to the plain forward pass with their targets; a missed one stands out. */
function ratios(results, models, titles) {
  const cell = (value, target, tolerance = 0) => {
    const missed = target !== undefined && value > target + tolerance;
    const text = `${value.toFixed(2)}${target === undefined ? "" : ` (≤ ${target})`}`;
    return missed ? `**${text}**` : text;
  };
  const head = ["÷ forward", ...Object.values(titles), "opening and first map", "an image of 8"];
  const memory = ["memory, Grad-CAM top-1", "memory, saliency"];
  const rows = Object.entries(models).map(([name, targets]) => {
    const { maps, baseline, first, several, memory: peak } = results[name];
    return [
      name,
      ...Object.keys(titles).map((kind) => cell(maps[kind].ratio, targets[kind], baseline.spread)),
      cell(first.top1 / first.forward, 2),
      cell(several, 1.05, baseline.spread),
      cell(peak.top1 / peak.forward, targets.memory),
      cell(peak.saliency / peak.forward, 3),
    ];
  });
  return table([...head, ...memory], rows);
}

/** Milliseconds beside those of the peers, in one run on one machine. */
function milliseconds(results, models, titles) {
  const head = ["ms: Sightline, pytorch-grad-cam, Captum", ...Object.values(titles)];
  const rows = Object.keys(models).map((name) => {
    const { pytorchGradCam, captum } = results.peers[name];
    const cells = Object.keys(titles).map((kind) =>
      [results[name].maps[kind].milliseconds, pytorchGradCam[kind], captum[kind]]
        .map((time) => time?.toFixed(time < 20 ? 1 : 0) ?? "–")
        .join(", "),
    );
    return [name, ...cells];
  });
  return table(head, rows);
}

/** Replaces what stands between the marks of `file` by the tables of a whole run with peers. */
export function writeReport(file, results, models, titles) {
  const text = readFileSync(file, "utf8");
  const [before, after] = [text.indexOf(start) + start.length, text.indexOf(end)];
  const tables = `\n\n${ratios(results, models, titles)}\n\nTargets stand in brackets; those that were missed are bold.\n\n${milliseconds(results, models, titles)}\n\n`;
  writeFileSync(file, text.slice(0, before) + tables + text.slice(after));
}
