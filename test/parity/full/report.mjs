/** How the results of the survey are told: one line each, and docs/models.md. */
import { stripVTControlCharacters } from "node:util";
import { writeFileSync } from "node:fs";

/** The largest error that counts as agreement, relative to the largest value of PyTorch's map. */
const tolerance = 1e-3;
/** How many times PyTorch's own deviation in single precision counts as agreement where a unit lies at a kink. */
const kinkAllowance = 3;

const allowed = ({ singleError }) => Math.max(tolerance, kinkAllowance * singleError);

/** Everything that was compared, by what it is called. */
function comparisons({ logits, earlier, inputGradient, ...result }) {
  return [
    ["logits", logits],
    ["Grad-CAM", result.default],
    ...earlier.map(({ layer, outcome }) => [`Grad-CAM at ${layer}`, outcome]),
    ["input gradient", inputGradient],
  ];
}

/** Everything that went wrong, in words: none where all agrees. */
export function problems(result) {
  if (result.exportFailure) return [`PyTorch cannot export it: ${result.exportFailure}`];
  if (result.open.failure) return [result.open.failure];
  const numbers = comparisons(result)
    .filter(([, outcome]) => !(outcome.error <= allowed(result)))
    .map(
      ([what, { error, failure }]) => `${what}: ${failure ?? `error ${error.toExponential(1)}`}`,
    );
  if (!result.twin) return numbers;
  const layers = [result, result.twin].map(({ layer = "none" }) => layer);
  return [...numbers, `default layer differs: ${layers[0]}, of the other export ${layers[1]}`];
}

/** Channels × rows × columns of the default layer. */
const mapSize = ({ layer }) => layer?.match(/[\d×]+(?=\)$)/)[0];

/** With `twin`, the same architecture through the other exporter, where its default layer has another size. */
export function besideTwin(result, results) {
  const isTwin = ({ name, exporter, exportFailure, open }) =>
    name === result.name && exporter !== result.exporter && !exportFailure && !open.failure;
  const twin = !result.open?.failure && results.find(isTwin);
  return twin && mapSize(twin) !== mapSize(result) ? { ...result, twin } : result;
}

/** Whether all agrees, something of it only as far as PyTorch's own single precision does. */
const agreesByKink = (result) =>
  !hasFailed(result) && comparisons(result).some(([, { error }]) => error > tolerance);

export const hasFailed = (result) => problems(result).length > 0;

/** Whether all that is wrong are numbers. */
export const differsOnly = (result) =>
  hasFailed(result) &&
  !result.exportFailure &&
  !result.open.failure &&
  comparisons(result).every(([, outcome]) => outcome.failure === undefined);

export function summarize(result) {
  const layer = result.layer ? ` [${result.layer}]` : "";
  return (problems(result).join(" | ") || "ok") + layer;
}

/** Writes docs/models.md: the same bytes from the same results. */
export function writeReport(path, results) {
  const exported = results
    .filter(({ exportFailure }) => !exportFailure)
    .map((result) => besideTwin(result, results));
  const failed = exported.filter(hasFailed);
  const differing = exported.filter(({ twin }) => twin);
  const byKink = exported.filter(agreesByKink);
  const names = new Set(results.map(({ name }) => name));
  const lines = [
    "# Models",
    "",
    "Made by `npm run parity:full`; do not edit. Each architecture, with seeded random weights, went through PyTorch's two exporters; the file was opened without any",
    "setting, and compared with what PyTorch's own automatic differentiation computes in double precision (single where the network insists on it): logits, Grad-CAM of",
    "three classes at the default layer and at two earlier ones, and the gradient of one logit by the image.",
    "",
    "Errors are the largest difference over the largest value of PyTorch's map, rounded up to a power of ten. They agree up to 1e-3. “Kink” says that rounding decides on which",
    `side of a kink (a ReLU at 0) some unit falls: there PyTorch's own single precision differs by more, and ${kinkAllowance} times that is taken as agreement. “⤨”: the same numbers, which`,
    "PyTorch's tokens, read row by row, have in other places, because they lie window by window there. “CAM”: the head is one that CAM reads. An architecture's default layer has to have",
    "the same size through both exporters: “default layer differs” where it has not.",
    "",
    `**${names.size} architectures, ${exported.length} files, of which ${exported.length - failed.length} agree and ${failed.length} do not; PyTorch could not export ${results.length - exported.length}.**`,
    `**Of those that agree, ${byKink.length} do so only thanks to the rule for kinks, with some error above 1e-3. Of those that do not, ${differing.length} have another default layer through the other exporter.**`,
    "",
    "| Model | Exporter | Opset | Batch | Opens | Default layer | Logits | Grad-CAM | earlier | Input gradient | Kink | CAM |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...exported.map(row),
    "",
    ...section("What does not agree", failed),
    ...section(
      "What PyTorch cannot export",
      results.filter(({ exportFailure }) => exportFailure),
    ),
  ];
  writeFileSync(path, lines.join("\n"));
}

function row(result) {
  const cells = [
    ...[result.name, result.exporter, result.opset, result.dynamic ? "open" : "1"],
    result.open.failure ? "**no**" : "yes",
    (result.layer ?? "–") + (result.twin ? " **default layer differs**" : ""),
    cell(result.logits, result),
    cell(result.default, result),
    result.earlier?.map(({ outcome }) => cell(outcome, result)).join(", ") || "–",
    cell(result.inputGradient, result),
    result.singleError > tolerance / kinkAllowance ? power(result.singleError) : "",
    result.camHead === "yes" ? "yes" : "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function cell(outcome, result) {
  if (!outcome) return "–";
  if (outcome.failure) return "**none**";
  const text = power(outcome.error) + (outcome.moved ? " ⤨" : "");
  return outcome.error <= allowed(result) ? text : `**${text}**`;
}

const power = (error) => (error > 0 ? `1e${Math.ceil(Math.log10(error))}` : "0");

function section(title, results) {
  if (results.length === 0) return [];
  return [`## ${title}`, "", ...results.map(told), ""];
}

/** One line, free of what differs from machine to machine. */
function told(result) {
  const text = stripVTControlCharacters(problems(result).join("; "))
    .replaceAll(/(\/[^\s:]+)*\/model\.onnx/g, "the model")
    .replaceAll(/\s+/g, " ");
  return `- ${result.name}, ${result.exporter}: ${text}`;
}
