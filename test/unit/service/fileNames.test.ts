import { expect, test } from "vitest";
import { stems } from "../../../src/explain/service/fileNames";
import { generator } from "../../helper/random";

const rows: [claim: string, paths: string[], expected: string[]][] = [
  ["a file is known by its stem", ["/d/cat.png"], ["cat"]],
  ["only the last extension is cut", ["/d/cat.v2.png"], ["cat.v2"]],
  ["a name without extension stays", ["/d/cat"], ["cat"]],
  ["a dot file keeps its name", ["/d/.png"], [".png"]],
  ["equal stems take their folder", ["/d/a/1.png", "/d/b/1.png"], ["a__1", "b__1"]],
  [
    "only those that clash take it",
    ["/d/a/1.png", "/d/b/1.png", "/d/b/2.png"],
    ["a__1", "b__1", "2"],
  ],
  ["folders are added until stems differ", ["/x/a/1.png", "/y/a/1.png"], ["x__a__1", "y__a__1"]],
  ["at last the extension tells apart", ["/a/1.png", "/a/1.jpg"], ["a__1.png", "a__1.jpg"]],
  ["backslashes separate folders too", ["C:\\a\\1.png", "C:\\b\\1.png"], ["a__1", "b__1"]],
  ["an image named twice has one stem", ["/a/1.png", "/a/1.png"], ["1", "1"]],
];

for (const [claim, paths, expected] of rows) {
  test(claim, () => {
    const found = stems(paths);
    expect(paths.map((path) => found.get(path))).toEqual(expected);
  });
}

test("stems never clash with each other", () => {
  const paths = ["/a/b__1.png", "/a/b/1.png", "/c/b/1.png", "/c/b__1.png", "/b/1.png"];
  const found = stems(paths);
  expect(new Set(paths.map((path) => found.get(path))).size).toBe(paths.length);
});

test("stems that only differ in case take their folder", () => {
  const found = stems(["/d/a/Cat.png", "/d/b/cat.png"]);
  expect([...found.values()]).toEqual(["a__Cat", "b__cat"]);
});

test("the extension is taken before folders that do not tell apart", () => {
  const found = stems(["/very/deep/a/1.png", "/very/deep/a/1.jpg"]);
  expect([...found.values()]).toEqual(["a__1.png", "a__1.jpg"]);
});

test("a hundred thousand images are named in a moment", () => {
  const paths = Array.from({ length: 100_000 }, (_, i) => `/data/${i % 1000}/${i % 777}.jpg`);
  const started = performance.now();
  const names = [...stems(paths).values()];
  expect(new Set(names).size).toBe(100_000);
  expect(performance.now() - started).toBeLessThan(5000);
});

/** Names of the hardest kind: `__` in names and folders, dots, equal ends. */
test("random paths never share a stem", () => {
  const next = generator(3);
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)]!;
  const folders = ["a", "b", "a__b", "A", "a.b"];
  const files = ["1.png", "1.jpg", "a__1.png", "1", ".png", "b__1.png", "1.png.png"];
  for (let round = 0; round < 50; round++) {
    const paths = new Set(
      Array.from({ length: 40 }, () => `/${pick(folders)}/${pick(folders)}/${pick(files)}`),
    );
    const names = [...stems([...paths]).values()].map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(paths.size);
  }
});
