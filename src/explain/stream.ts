/** A queue between who brings items and who takes them; it ends by `close` or by `fail`. */
export class Stream<T> implements AsyncIterable<T> {
  private readonly items: T[] = [];
  private end: { readonly cause?: unknown } | undefined;
  private wake: () => void = () => undefined;

  push(item: T): void {
    this.items.push(item);
    this.wake();
  }

  close(): void {
    this.end ??= {};
    this.wake();
  }

  fail(cause: unknown): void {
    this.end ??= { cause };
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.items.length > 0) yield this.items.shift() as T;
      if (this.end && "cause" in this.end) throw this.end.cause;
      if (this.end) return;
      await new Promise<void>((wake) => (this.wake = wake));
    }
  }
}
