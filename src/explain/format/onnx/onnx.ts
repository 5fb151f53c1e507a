import type { Format } from "../format";
import { decodeText } from "../text";
import { openOnnx } from "./read";
import { longestHead, readField, type WireField } from "./wire";

/** ONNX: https://onnx.ai/onnx/intro/concepts.html */
export const onnx: Format = {
  id: "onnx",
  title: "ONNX",
  extensions: [".onnx"],
  match: looksLikeModel,
  open: openOnnx,
};

/** The wire types of ModelProto's fields, by number. */
const wireTypes: Readonly<Record<number, number>> = {
  1: 0,
  2: 2,
  3: 2,
  4: 2,
  5: 0,
  6: 2,
  7: 2,
  8: 2,
  14: 2,
  20: 2,
  25: 2,
  26: 2,
};
const irVersion = 1;
/** Producer, its version, domain. */
const texts: ReadonlySet<number> = new Set([2, 3, 4]);

/**
 * Protobuf has no magic number. The first fields must be those of a ModelProto, as far as the head reaches, with an IR version
 * among them; SavedModel and Core ML, whose files begin alike, have a message where ONNX has the producer's name.
 */
function looksLikeModel(head: Uint8Array): boolean {
  let hasVersion = false;
  let at = 0;
  while (at < head.length) {
    const field = readField(head, at);
    if (!field) return hasVersion && head.length - at < longestHead;
    if (!fits(field, head.subarray(at + field.content, at + field.end))) return false;
    hasVersion ||= field.number === irVersion;
    at += field.end;
  }
  return hasVersion;
}

function fits({ number, wireType, value }: WireField, content: Uint8Array): boolean {
  if (wireTypes[number] !== wireType) return false;
  if (number === irVersion) return value >= 1 && value < 100;
  return !texts.has(number) || (content.length < 1000 && isReadable(content));
}

function isReadable(content: Uint8Array): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\0-\x1f\ufffd]/.test(decodeText(content));
}
