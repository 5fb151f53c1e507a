import type { ExplainRequest } from "../../explain/api";
import { kebab } from "../../explain/kebab";

/** A request for one image, as one line for a terminal. */
export function commandLine(request: ExplainRequest, platform: NodeJS.Platform): string {
  const quote = platform === "win32" ? quoteForWindows : quoteForPosix;
  const { model, output, methods, layer, fusedLayers = [], score, images } = request;
  const options: readonly (readonly [name: string, value?: string])[] = [
    ["--model", model],
    ...(output === undefined ? [] : [["--output", output] as const]),
    ["--method", methods.join(",")],
    ...parameters(request),
    ...(layer === "auto" && fusedLayers.length === 0 ? [] : [["--layer", layer] as const]),
    ...fusedLayers.map((name) => ["--layer", name] as const),
    ...(request.augmented ? [["--augmented"] as const] : []),
    ...classes(request),
    ...(score === "logit" ? [] : [["--score", score] as const]),
    ...(request.negated ? [["--negate"] as const] : []),
    ...versus(request),
  ];
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [name] : [name, quote(value)],
  );
  return ["sightline explain", ...words, ...images.map(quote)].join(" ");
}

/** By the parameter's name alone where one method is asked for. */
function parameters({ methods, parameters = {} }: ExplainRequest): [string, string][] {
  return Object.entries(parameters).flatMap(([method, values]) =>
    Object.entries(values).map(([name, value]): [string, string] => {
      const own = methods.length > 1 ? `${method}.` : "";
      return [`--${own}${kebab(name)}`, String(value)];
    }),
  );
}

function classes({ classes }: ExplainRequest): [string, string][] {
  if ("set" in classes) return [["--class", classes.set.join("+")]];
  if ("indices" in classes) return [["--class", classes.indices.join(",")]];
  return classes.top === 1 ? [] : [["--class", `top${classes.top}`]];
}

function versus({ versus }: ExplainRequest): [string, string][] {
  if (!versus) return [];
  if ("class" in versus) return [["--versus", String(versus.class)]];
  const alpha: [string, string][] = versus.alpha === 1 ? [] : [["--alpha", String(versus.alpha)]];
  return [["--versus", `nearest${versus.nearest}`], ...alpha];
}

function quoteForPosix(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteForWindows(text: string): string {
  return /^[\w@+=:,.\\/-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
