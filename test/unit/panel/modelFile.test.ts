import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageExtensions } from "../../../src/explain/picture/imageName";
import { formatAge, formatSize, globFor, kindOf } from "../../../src/extension/modelFile";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [2_484_091, "2.5 MB"],
  [98_000_000, "98 MB"],
  [553_000_000, "553 MB"],
  [1.2e12, "1200 GB"],
])("%d bytes read %s", (bytes, words) => expect(formatSize(bytes)).toBe(words));

test.each([
  [0, "just now"],
  [61_000, "1 minute ago"],
  [7_300_000, "2 hours ago"],
  [86_400_000 * 3, "3 days ago"],
  [86_400_000 * 800, "2 years ago"],
])("an age of %d ms reads %s", (age, words) => expect(formatAge(age)).toBe(words));

test("globs ignore case", () => {
  expect(globFor(["onnx"])).toBe("**/*.[oO][nN][nN][xX]");
  expect(globFor(["png", "tif"])).toBe("**/*.{[pP][nN][gG],[tT][iI][fF]}");
});

test("a kind is known by its extension, whatever its case", () => {
  expect(kindOf("/a/net.ONNX")?.title).toBe("ONNX");
  expect(kindOf("/a/net.txt")).toBeUndefined();
});

test("the explorer's menu stands at the same images that the palette offers", () => {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"),
  );
  const [{ when }] = manifest.contributes.menus["explorer/context"];
  const [, source, flags] = /=~ \/(.*)\/(\w+)$/.exec(when)!;
  const pattern = new RegExp(source!, flags);
  for (const extension of imageExtensions) {
    expect(`.${extension}`).toMatch(pattern);
    expect(`.${extension.toUpperCase()}`).toMatch(pattern);
  }
  expect(".onnx").not.toMatch(pattern);
});
