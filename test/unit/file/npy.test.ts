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
