import { Root, Writer } from "protobufjs";
import { describe, expect, test } from "vitest";
import { decode, encode, many, one, type Message } from "../../../src/explain/format/protobuf";

const leaf: Message = { text: one(1, "string"), child: one(2, () => leaf) };
const everything: Message = {
  double: one(1, "double"),
  float: one(2, "float"),
  int32: one(3, "int32"),
  int64: one(4, "int64"),
  uint64: one(5, "uint64"),
  bytes: one(6, "bytes"),
  floats: many(7, "float"),
  ints: many(8, "int64"),
  texts: many(9, "string"),
  leaf: one(10, () => leaf),
  leaves: many(300, () => leaf),
};

/** The same messages as protobufjs knows them; `packed` says how it writes lists of numbers. */
function reference(packed: boolean) {
  const list = (type: string, id: number) => ({ rule: "repeated", type, id, options: { packed } });
  const fields = {
    double: { type: "double", id: 1 },
    float: { type: "float", id: 2 },
    int32: { type: "int32", id: 3 },
    int64: { type: "int64", id: 4 },
    uint64: { type: "uint64", id: 5 },
    bytes: { type: "bytes", id: 6 },
    floats: list("float", 7),
    ints: list("int64", 8),
    texts: { rule: "repeated", type: "string", id: 9 },
    leaf: { type: "Leaf", id: 10 },
    leaves: { rule: "repeated", type: "Leaf", id: 300 },
  };
  const child = { text: { type: "string", id: 1 }, child: { type: "Leaf", id: 2 } };
  const nested = { Everything: { fields }, Leaf: { fields: child } };
  return Root.fromJSON({ nested }).lookupType("Everything");
}

const values = {
  double: Math.PI,
  float: -0.5,
  int32: -7,
  int64: -(2 ** 53 - 1),
  uint64: 2 ** 53 - 1,
  bytes: Uint8Array.of(0, 255, 3),
  floats: [1.5, -Infinity, 0],
  ints: [-1, 0, 1, 2 ** 40],
  texts: ["", "größer 🐈"],
  leaf: { text: "root", child: { child: { text: "leaf" } } },
  leaves: [{}, { text: "x".repeat(300) }],
};

/** Node's Buffers as plain arrays of bytes. */
const plain = (bytes: Uint8Array) => new Uint8Array(bytes);

describe("protobuf messages", () => {
  test.each([true, false])("are read as protobufjs writes them, lists packed: %s", (packed) => {
    const type = reference(packed);
    expect(decode(everything, plain(type.encode(values).finish()))).toEqual(values);
  });

  test("are written as protobufjs reads them", () => {
    const type = reference(true);
    const read = type.decode(plain(encode(everything, values)));
    expect(type.toObject(read, { longs: Number })).toEqual(values);
  });

  test("have what stands in the bytes alone, and every list", () => {
    const empty = { floats: [], ints: [], texts: [], leaves: [] };
    expect(decode(everything, new Uint8Array())).toEqual(empty);
    expect(encode(everything, empty)).toHaveLength(0);
    expect(decode(leaf, encode(leaf, { text: "" }))).toEqual({ text: "" });
  });

  test("of which the last value of a field counts", () => {
    const twice = Uint8Array.of(...encode(leaf, { text: "a" }), ...encode(leaf, { text: "b" }));
    expect(decode(leaf, twice)).toEqual({ text: "b" });
  });

  test("skip fields that nobody asked for, and those of another wire type", () => {
    const bytes = Writer.create()
      .uint32(1 << 3)
      .uint32(5); // field 1 as a number
    bytes.uint32((77 << 3) | 5).fixed32(1);
    bytes.uint32((78 << 3) | 2).string("unknown");
    bytes.uint32((1 << 3) | 2).string("known");
    expect(decode(leaf, bytes.finish())).toEqual({ text: "known" });
  });

  test("that were cut off, anywhere, are refused or end between two fields", () => {
    const bytes = encode(leaf, { text: "abc", child: { text: "def" } });
    for (let length = 1; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      if (length === 5) expect(decode(leaf, cut)).toEqual({ text: "abc" });
      else expect(() => decode(leaf, cut)).toThrow(RangeError);
    }
  });

  test("that lie deeper in one another than protobuf allows are refused", () => {
    const nest = (depth: number): object => (depth === 0 ? {} : { child: nest(depth - 1) });
    expect(decode(leaf, encode(leaf, nest(100) as Record<string, unknown>))).toEqual(nest(100));
    const tooDeep = encode(leaf, nest(101) as Record<string, unknown>);
    expect(() => decode(leaf, tooDeep)).toThrow("101 deep");
  });
});
