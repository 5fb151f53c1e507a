import { Reader, Writer } from "protobufjs/minimal";

/** Scalar types of a .proto file, with the wire type that each has outside of packed fields. */
const wireTypes = { double: 1, float: 5, int32: 0, int64: 0, uint64: 0, string: 2, bytes: 2 };
type Scalar = keyof typeof wireTypes;

interface Field {
  readonly number: number;
  /** Messages come as functions, so that they may contain themselves. */
  readonly type: Scalar | (() => Message);
  readonly isRepeated: boolean;
}

/** The fields of a message, by the names they have in plain objects. What is not listed is skipped when it is read. */
export type Message = Readonly<Record<string, Field>>;

/** A plain object for a message: repeated fields are arrays, 64-bit integers are numbers, exact up to 2⁵³. */
export type Values = Record<string, unknown>;

/** An optional field: absent from the object unless it is in the bytes. */
export function one(number: number, type: Field["type"]): Field {
  return { number, type, isRepeated: false };
}

/** A repeated field: always an array, packed or not. */
export function many(number: number, type: Field["type"]): Field {
  return { number, type, isRepeated: true };
}

const lengthDelimited = 2;
/** As many messages may lie in one another as protobuf's own readers allow. */
const deepest = 100;

/**
 * The object that a message's bytes are: https://protobuf.dev/programming-guides/encoding/. The tables are walked instead of having code generated from them, as
 * protobufjs does: a model is read once, and most of that time went into making the code. Throws for bytes that are not such a message.
 */
export function decode(message: Message, bytes: Uint8Array): Values {
  const reader = Reader.create(bytes);
  return decodeMessage(message, reader, reader.len, 0);
}

function decodeMessage(message: Message, reader: Reader, end: number, depth: number): Values {
  if (depth > deepest) throw new RangeError(`messages lie ${depth} deep in one another`);
  const byNumber = numbered(message);
  const values: Values = {};
  for (const name in message) if (message[name]!.isRepeated) values[name] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    const named = byNumber[tag >>> 3];
    if (!named || !decodeField(named, reader, wireType, values, depth)) reader.skipType(wireType);
  }
  return values;
}

type Named = Field & { readonly name: string };
const numberedMessages = new WeakMap<Message, readonly (Named | undefined)[]>();

/** A message's fields at the places of their numbers. */
function numbered(message: Message): readonly (Named | undefined)[] {
  const known = numberedMessages.get(message);
  if (known) return known;
  const fields: Named[] = [];
  for (const name in message) fields[message[name]!.number] = { name, ...message[name]! };
  numberedMessages.set(message, fields);
  return fields;
}

/** Whether the field has a wire type that it may have; else nothing was read. */
function decodeField(
  { name, type, isRepeated }: Named,
  reader: Reader,
  wireType: number,
  values: Values,
  depth: number,
): boolean {
  const expected = typeof type === "function" ? lengthDelimited : wireTypes[type];
  const list = values[name] as unknown[];
  if (wireType === expected) {
    const value =
      typeof type === "function"
        ? decodeMessage(type(), reader, reader.uint32() + reader.pos, depth + 1)
        : scalar(reader, type);
    if (isRepeated) list.push(value);
    else values[name] = value;
    return true;
  }
  if (!isRepeated || wireType !== lengthDelimited) return false;
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) list.push(scalar(reader, type as Scalar));
  return true;
}

/** protobufjs has 64-bit integers as objects of the `long` package, whose types know nothing of this. */
interface Long {
  toNumber(): number;
}

function scalar(reader: Reader, type: Scalar): unknown {
  const value = reader[type]();
  if (typeof value !== "object" || value instanceof Uint8Array) return value;
  return (value as unknown as Long).toNumber();
}

/** The bytes of a message. Absent fields and empty lists are left out. */
export function encode(message: Message, values: Values): Uint8Array {
  const writer = Writer.create();
  encodeMessage(message, values, writer);
  return writer.finish();
}

function encodeMessage(message: Message, values: Values, writer: Writer): void {
  for (const name in message) {
    const value = values[name];
    if (value === undefined) continue;
    const field = message[name]!;
    if (!field.isRepeated) encodeField(field, value, writer);
    else encodeList(field, value as readonly unknown[], writer);
  }
}

function encodeList(field: Field, list: readonly unknown[], writer: Writer): void {
  const { type } = field;
  if (typeof type === "function" || wireTypes[type] === lengthDelimited) {
    for (const item of list) encodeField(field, item, writer);
  } else if (list.length > 0) {
    writer.uint32((field.number << 3) | lengthDelimited).fork();
    for (const item of list) writer[type](item as never);
    writer.ldelim();
  }
}

function encodeField({ number, type }: Field, value: unknown, writer: Writer): void {
  if (typeof type === "function") {
    writer.uint32((number << 3) | lengthDelimited).fork();
    encodeMessage(type(), value as Values, writer);
    writer.ldelim();
  } else {
    writer.uint32((number << 3) | wireTypes[type])[type](value as never);
  }
}
