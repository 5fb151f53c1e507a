import type { AttributionMap } from "../api";

/** How much of the whole work is done, 0 to 1, while the maps of one image grow. */
export class Share {
  /** Where the work on this image began. */
  private begun = 0;
  private readonly refused = new Set<string>();

  /** @param images how many of them are still to be explained. */
  constructor(
    private images: number,
    private readonly asked: { readonly methods: readonly string[]; readonly judged: boolean },
  ) {}

  /** An image's work begins, or goes on with what is not its maps. */
  at(fraction: number): void {
    this.begun = fraction;
  }

  imageDone(): void {
    this.images--;
  }

  without(method: string): void {
    this.refused.add(method);
  }

  /** With these maps so far. Tests of maps are the other half of an image's work. */
  with(maps: readonly Pick<AttributionMap, "method" | "progress">[]): number {
    const parts = new Map(
      maps.map(({ method, progress }) => [method, progress ? progress.done / progress.planned : 1]),
    );
    const methods = this.asked.methods.filter((method) => !this.refused.has(method));
    const made = [...parts.values()].reduce((sum, part) => sum + part, 0) / methods.length;
    const part = this.asked.judged ? made / 2 : made;
    return this.begun + ((1 - this.begun) * part) / this.images;
  }
}
