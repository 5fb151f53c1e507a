import { Writer } from "protobufjs/minimal";
import { FormatError } from "../../error";
import type { Files } from "../../file/file";
import { longestHead, readField } from "./wire";

/**
 * An ONNX file without its weights. Weights can be larger than memory likes, and protobuf readers load everything; so this
 * walk over the wire format copies the small fields and replaces each big block of tensor data by an `external_data` entry
 * {@link hereKey} that says where in this same file it lies. The result is a complete, small `ModelProto`.
 */
export async function readSkeleton(path: string, files: Files): Promise<Uint8Array> {
  const { size } = (await files.stat(path)) ?? { size: 0 };
  const source: Source = { path, size, bytes: windowed(path, size, files) };
  return concatenate(await copyMessage(source, model, 0, size));
}

/** What begins the key of {@link hereKey}: no file may have such entries. */
export const herePrefix = "sightline.here";
/**
 * Key of the entry that locates a tensor's data in the model's own file; the value is `offset length`. It is another one in each process, so
 * that no file can bring it along and pass other bytes off as a weight.
 */
export const hereKey = `${herePrefix} ${Math.random()}`;

/** Blocks of tensor data up to this many bytes are read at once: shapes, biases, normalization parameters. */
export const smallBytes = 4096;

interface Source {
  readonly path: string;
  readonly size: number;
  /** Up to `length` bytes from `from`: fewer at the end of the file. */
  bytes(from: number, length: number): Promise<Uint8Array>;
}

/** How to treat the big length-delimited fields of a message, by field number; all others are copied. */
interface Message {
  readonly [field: number]: Message | "data";
}

/** raw_data, and the packed float_data and double_data, whose bytes are the same as raw ones. */
const tensor: Message = { 4: "data", 9: "data", 10: "data" };
const attribute: { [field: number]: Message } = { 5: tensor };
const node: Message = { 5: attribute };
const graph: Message = { 1: node, 5: tensor };
attribute[6] = graph;
const model: Message = { 7: graph, 25: { 7: node } };

const externalDataField = 13;

async function copyMessage(
  source: Source,
  message: Message,
  from: number,
  to: number,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let copied = from;
  let at = from;
  while (at < to) {
    const field = await fieldAt(source, at, to);
    const treatment = field.end - field.content > smallBytes ? message[field.number] : undefined;
    if (treatment) {
      if (at > copied) chunks.push(await source.bytes(copied, at - copied));
      chunks.push(...(await replace(source, field, treatment)));
      copied = field.end;
    }
    at = field.end;
  }
  if (to > copied) chunks.push(await source.bytes(copied, to - copied));
  return chunks;
}

async function replace(
  source: Source,
  field: Field,
  treatment: Message | "data",
): Promise<Uint8Array[]> {
  if (treatment === "data") return [locationEntry(field.content, field.end - field.content)];
  const inner = await copyMessage(source, treatment, field.content, field.end);
  const length = inner.reduce((sum, chunk) => sum + chunk.length, 0);
  return [
    Writer.create()
      .uint32((field.number << 3) | 2)
      .uint32(length)
      .finish(),
    ...inner,
  ];
}

function locationEntry(offset: number, length: number): Uint8Array {
  const writer = Writer.create()
    .uint32((externalDataField << 3) | 2)
    .fork();
  writer.uint32((1 << 3) | 2).string(hereKey);
  writer.uint32((2 << 3) | 2).string(`${offset} ${length}`);
  return writer.ldelim().finish();
}

interface Field {
  readonly number: number;
  /** Where its content begins: behind the length of a length-delimited field. */
  readonly content: number;
  readonly end: number;
}

async function fieldAt(source: Source, at: number, to: number): Promise<Field> {
  const head = await source.bytes(at, longestHead);
  const field = readField(head);
  if (!field) throw damaged(source, at, head.length < longestHead);
  const end = at + field.end;
  if (end > to) throw damaged(source, at, end > source.size);
  return { number: field.number, content: at + field.content, end };
}

/** A field that ends behind the file's end was cut off; one that ends inside the file but not inside its message is damage. */
function damaged({ path, size }: Source, at: number, cutOff: boolean): FormatError {
  const problem = cutOff
    ? `this ONNX model is cut off after ${size} bytes`
    : `this ONNX model is damaged at byte ${at}`;
  return new FormatError(path, problem, "copy it again or export it again");
}

/** Ranged reads of a file by way of one buffer that moves along it. */
function windowed(path: string, size: number, files: Files): Source["bytes"] {
  const windowSize = 1 << 16;
  let start = 0;
  let window = new Uint8Array(0);
  return async (from, length) => {
    const end = Math.min(from + length, size);
    if (end - from > windowSize) return files.read(path, from, end - from);
    if (from < start || end > start + window.length) {
      start = from;
      window = new Uint8Array(await files.read(path, from, Math.min(windowSize, size - from)));
    }
    return window.slice(from - start, end - start);
  };
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
