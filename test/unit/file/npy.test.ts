import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeNpy, encodeNpy } from "../../../src/explain/file/npy";
import { tensor } from "../../../src/explain/tensor";

const folder = join(import.meta.dirname, "../../fixture/npy");
const fixture = (name: string) => readFileSync(join(folder, `${name}.npy`));
const values = tensor("float32", [-0.5, -0.25, 0, 0.25, 0.5, 0.75], [2, 3]);

test("writes byte for byte what NumPy writes", () => {
  expect(Buffer.from(encodeNpy(values))).toEqual(fixture("float32"));
  expect(Buffer.from(encodeNpy(tensor("float32", [-0.5, -0.25, 0])))).toEqual(fixture("vector"));
  expect(Buffer.from(encodeNpy(tensor("float32", [2.5], [])))).toEqual(fixture("scalar"));
});

test.each(["float32", "float64", "version2"])("reads NumPy's %s", (name) => {
  expect(decodeNpy(fixture(name), name)).toEqual(values);
});

test("reads scalars and vectors", () => {
  expect(decodeNpy(fixture("scalar"), "s")).toEqual(tensor("float32", [2.5], []));
  expect(decodeNpy(fixture("vector"), "v")).toEqual(tensor("float32", [-0.5, -0.25, 0]));
});

test.each([
  ["fortran", "it is in Fortran order"],
  ["bigEndian", "its element type is >f4, not <f4 or <f8"],
  ["integer", "its element type is <i4, not <f4 or <f8"],
])("refuses %s in one sentence", (name, problem) => {
  expect(() => decodeNpy(fixture(name), "/data/x.npy")).toThrow(
    `/data/x.npy: ${problem}; save it with numpy.save as a float32 array in C order.`,
  );
});

test("refuses what is cut off or not an array at all", () => {
  expect(() => decodeNpy(fixture("float32").subarray(0, -4), "x.npy")).toThrow(
    "it is cut off: 20 bytes of data where 24 were announced",
  );
  expect(() => decodeNpy(fixture("float32").subarray(0, 20), "x.npy")).toThrow(
    "x.npy: its header has no shape",
  );
  expect(() => decodeNpy(Buffer.from("hello"), "x.npy")).toThrow("x.npy: this is not a .npy file");
  expect(() => decodeNpy(fixture("float32").subarray(0, 7), "x.npy")).toThrow(
    "x.npy: it is cut off in its header",
  );
});

/** A version 2 file with this header and one number. */
function withHeader(header: string): Buffer {
  const start = Buffer.alloc(12);
  start.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  start.writeUInt32LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, "latin1"), Buffer.alloc(4)]);
}

const shaped = (shape: string) =>
  withHeader(`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }\n`);

test.each(["x,", "-1,", "1.5, 2", "1e3,", "0x2,", `0, ${"9".repeat(400)}`])(
  "refuses the shape (%s)",
  (shape) => {
    expect(() => decodeNpy(shaped(shape), "x.npy")).toThrow(
      /^x\.npy: its shape \(.{1,60}\) is not a list of whole numbers; save it with numpy\.save/,
    );
  },
);

test("a shape with spaces and a size of 0 is read", () => {
  expect(decodeNpy(shaped(" 1 , 1 "), "x.npy").dims).toEqual([1, 1]);
  expect(decodeNpy(shaped("0, 3"), "x.npy")).toEqual(tensor("float32", [], [0, 3]));
});

test("a header that is too long is refused", () => {
  expect(() => decodeNpy(withHeader(" ".repeat(1_000_000)), "x.npy")).toThrow(
    "x.npy: its header is 1000000 bytes long, where at most 10000 are read; save it with",
  );
});
