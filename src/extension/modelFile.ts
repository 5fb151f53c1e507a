/** The model files that the editor offers, by file name. The engine looks at the content. */
export interface ModelKind {
  readonly title: string;
  readonly extensions: readonly string[];
}

export const modelKinds: readonly ModelKind[] = [{ title: "ONNX", extensions: ["onnx"] }];

/** A glob for findFiles that ignores case: any folder, `.jpg` as `.[jJ][pP][gG]`. */
export function globFor(extensions: readonly string[]): string {
  const anyCase = (letter: string) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`;
  const patterns = extensions.map((extension) => extension.replace(/[a-z]/gi, anyCase));
  return patterns.length === 1 ? `**/*.${patterns[0]}` : `**/*.{${patterns.join(",")}}`;
}

export function kindOf(path: string): ModelKind | undefined {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return modelKinds.find(({ extensions }) => extensions.includes(extension));
}

/** `1.2 MB`, `34 kB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toPrecision(2)} ${units[power]}`;
}

/** `just now`, `5 minutes ago`, `3 days ago`. */
export function formatAge(milliseconds: number): string {
  const steps: readonly (readonly [string, number])[] = [
    ["year", 365 * 86_400_000],
    ["month", 30 * 86_400_000],
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ];
  const step = steps.find(([, length]) => milliseconds >= length);
  if (!step) return "just now";
  const count = Math.floor(milliseconds / step[1]);
  return `${count} ${step[0]}${count === 1 ? "" : "s"} ago`;
}
