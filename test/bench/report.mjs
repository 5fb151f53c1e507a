/** The measured figures as tables in docs/performance.md. */
import { readFileSync, writeFileSync } from "node:fs";

const start = "<!-- bench -->";
const end = "<!-- /bench -->";

const line = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) =>
  [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");

/** A figure with its target; a missed one stands out. */
function cell(value, target, tolerance = 0) {
  if (value === undefined) return "–";
  const missed = target !== undefined && value > target + tolerance;
  const text = `${value.toFixed(2)}${target === undefined ? "" : ` (≤ ${target})`}`;
  return missed ? `**${text}**` : text;
}

/** Ratios to the plain forward pass. */
function ratios(results, { models, titles }) {
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

/** Methods of many runs, in what they are made of. */
function runs(results, { models, manyRuns }) {
  const entries = Object.entries(manyRuns);
  const head = [
    "",
    ...entries.map(([, { title, unit, units }]) => `${title} ÷ ${units} × ${unit}`),
  ];
  const rows = Object.entries(models).map(([name, { ablation }]) => [
    name,
    ...entries.map(([what, { target }]) => cell(results[name].runs[what].ratio, target)),
    cell(results[name].runs.ablation?.ratio, ablation),
  ]);
  return table([...head, "Ablation-CAM, 2048 channels ÷ forward"], rows);
}

/** Milliseconds beside those of the peers, in one run on one machine. */
function milliseconds(results, { models, comparedTitles, peerTitles }) {
  const head = `ms: Sightline, ${Object.values(peerTitles).join(", ")}`;
  const rows = Object.keys(models).map((name) => {
    const { maps, runs: many } = results[name];
    const cells = Object.keys(comparedTitles).map((kind) =>
      [
        (maps[kind] ?? many[kind])?.milliseconds,
        ...Object.keys(peerTitles).map((peer) => results.peers[name][peer][kind]),
      ]
        .map((time) => time?.toFixed(time < 20 ? 1 : 0) ?? "–")
        .join(", "),
    );
    return [name, ...cells];
  });
  return table([head, ...Object.values(comparedTitles)], rows);
}

/** Replaces what stands between the marks of `file` by the tables of a whole run with peers. */
export function writeReport(file, results, tables) {
  const text = readFileSync(file, "utf8");
  const [before, after] = [text.indexOf(start) + start.length, text.indexOf(end)];
  const parts = [
    ratios(results, tables),
    "Targets stand in brackets; those that were missed are bold.",
    runs(results, tables),
    milliseconds(results, tables),
  ];
  writeFileSync(file, `${text.slice(0, before)}\n\n${parts.join("\n\n")}\n\n${text.slice(after)}`);
}
