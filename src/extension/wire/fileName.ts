/** The last part of a path of this machine or another, for showing. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
