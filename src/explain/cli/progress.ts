import { fit, printable } from "./textWidth";

/** Progress on standard error: a bar that redraws itself on a terminal, lines elsewhere. */
export class Progress {
  private barShown = false;
  private lastText = "";

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** @param fraction 0–1 */
  update(fraction: number, subject: string): void {
    const text = printable(subject);
    const percent = `${Math.round(fraction * 100)}`.padStart(3);
    if (!this.stream.isTTY) {
      if (text !== this.lastText) this.stream.write(`${percent} % ${text}\n`);
      this.lastText = text;
      return;
    }
    const width = 24;
    const full = Math.round(fraction * width);
    const columns = Math.max(20, (this.stream.columns ?? 80) - 1);
    const line = `${"█".repeat(full)}${"░".repeat(width - full)} ${percent} % ${text}`;
    this.stream.write(`\r\x1b[K${fit(line, columns).trimEnd()}`);
    this.barShown = true;
  }

  /** Removes the bar so that other text can follow. */
  clear(): void {
    if (this.barShown) this.stream.write("\r\x1b[K");
    this.barShown = false;
  }
}
