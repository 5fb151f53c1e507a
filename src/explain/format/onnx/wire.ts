/** One field of a protobuf message in its wire form: https://protobuf.dev/programming-guides/encoding/ */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  /** Offset of the content from the field's beginning: behind tag and length. */
  readonly content: number;
  /** Offset of the next field from this one's beginning. */
  readonly end: number;
  /** The value, of a varint field. */
  readonly value: number;
}

/** A tag and the number behind it take at most this many bytes. */
export const longestHead = 20;

/** The field that begins with these bytes; `undefined` when they end too soon or begin no field. */
export function readField(bytes: Uint8Array, from = 0): WireField | undefined {
  const tag = readVarint(bytes, from);
  if (!tag || tag.value < 8) return undefined;
  const wireType = tag.value % 8;
  const second = wireType === 0 || wireType === 2 ? readVarint(bytes, tag.next) : undefined;
  const start = wireType === 2 ? second?.next : tag.next;
  const length = lengthOf(wireType, tag.next, second);
  if (start === undefined || length === undefined) return undefined;
  return {
    number: Math.floor(tag.value / 8),
    wireType,
    content: start - from,
    end: start - from + length,
    value: second?.value ?? 0,
  };
}

function lengthOf(wireType: number, start: number, second?: Varint): number | undefined {
  if (wireType === 0) return second && second.next - start;
  if (wireType === 1) return 8;
  if (wireType === 2) return second?.value;
  if (wireType === 5) return 4;
  return undefined;
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

function readVarint(bytes: Uint8Array, from: number): Varint | undefined {
  let value = 0;
  let scale = 1;
  for (let i = from; i < Math.min(bytes.length, from + 10); i++) {
    value += (bytes[i]! & 0x7f) * scale;
    if (bytes[i]! < 0x80) return { value, next: i + 1 };
    scale *= 128;
  }
  return undefined;
}
