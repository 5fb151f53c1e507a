import { fit, printable } from "./textWidth";

/** A terminal, as far as a bar needs it. */
interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const widestBar = 24;
const usualColumns = 80;

/** Progress on standard error: a bar that redraws itself on a terminal; elsewhere a line for each subject and each further tenth of it. */
export class Progress {
  private barShown = false;
  private last = { text: "", tenth: 0 };

  constructor(private readonly stream: Terminal = process.stderr) {}

  /** @param fraction 0–1 */
  update(fraction: number, subject: string): void {
    const text = printable(subject);
    const percent = `${Math.round(fraction * 100)}`.padStart(3);
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[K${this.bar(fraction)} ${percent} % ${this.shorten(text)}`);
      this.barShown = true;
      return;
    }
    const tenth = Math.floor(fraction * 10);
    if (text === this.last.text && tenth <= this.last.tenth) return;
    this.stream.write(`${percent} % ${text}\n`);
    this.last = { text, tenth };
  }

  /** Removes the bar so that other text can follow. */
  clear(): void {
    if (this.barShown) this.stream.write("\r\x1b[K");
    this.barShown = false;
  }

  private bar(fraction: number): string {
    const full = Math.round(fraction * this.barWidth);
    return "█".repeat(full) + "░".repeat(this.barWidth - full);
  }

  /** What is left of the line: a bar that wraps could not be removed. */
  private shorten(text: string): string {
    const room = this.columns - this.barWidth - " 100 % ".length - 1;
    return room < 1 ? "" : fit(text, room).trimEnd();
  }

  private get barWidth(): number {
    return Math.min(widestBar, Math.floor(this.columns / 3));
  }

  private get columns(): number {
    return this.stream.columns || usualColumns;
  }
}
