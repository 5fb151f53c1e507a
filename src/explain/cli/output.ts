/** Whether the reader of standard output has gone, as `head` goes when it has seen enough. */
let readerGone = false;

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EPIPE") throw cause;
    readerGone ||= stream === process.stdout;
  });
}

/** Prints on standard output; `false` once nobody reads it. */
export function print(text: string): boolean {
  if (!readerGone) process.stdout.write(text);
  return !readerGone;
}

export function printError(text: string): void {
  process.stderr.write(text);
}
