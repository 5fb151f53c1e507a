/** One entry of a picker. */
export interface PickerItem {
  readonly value: string;
  readonly name: string;
  /** What kind of thing it is, such as an operator. */
  readonly detail: string;
  /** Such as 768×14×14. */
  readonly size: string;
  /** Shown as small labels, and found like the rest. */
  readonly tags: readonly string[];
  /** Heading under which it stands; empty = none. */
  readonly group: string;
  /** The default one. */
  readonly starred: boolean;
  /** Of less interest than its neighbours: shown, but toned down. */
  readonly minor: boolean;
  /** Shown on hover. */
  readonly hint: string;
  /** A second line under the name, in the list; found like the rest. */
  readonly note?: string;
  /** Shown, but not to be taken; `note` says why. */
  readonly disabled?: boolean;
}

/** Items in which every word of the search occurs, in any order and case; `14 x 14` finds 14×14. Groups stay together. */
export function matching(items: readonly PickerItem[], search: string): readonly PickerItem[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const groups = [...new Set(items.map(({ group }) => group))];
  return items
    .filter((item) => {
      const text = plain(
        [
          ...[item.value, item.name, item.detail, item.size, ...item.tags, item.note ?? ""],
          item.starred ? "★ default" : "",
        ].join(" "),
      );
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/(?<=\d)\s*[×x*]\s*(?=\d)/g, "×");
}

const page = 10;

/** Where a key leads from one of `count` entries; `undefined` = the key does not move. */
export function move(key: string, from: number, count: number): number | undefined {
  const last = Math.max(0, count - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: from < last ? from + 1 : 0,
    ArrowUp: from > 0 ? from - 1 : last,
    PageDown: Math.min(last, from + page),
    PageUp: Math.max(0, from - page),
    Home: 0,
    End: last,
  };
  return steps[key];
}
