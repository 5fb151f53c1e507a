import { util } from "protobufjs/minimal";

/** Text in UTF-8, without the DOM's or Node's own classes for it. */
export function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(util.utf8.length(text));
  util.utf8.write(text, bytes, 0);
  return bytes;
}

/** Bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return util.utf8.read(bytes, 0, bytes.length);
}
