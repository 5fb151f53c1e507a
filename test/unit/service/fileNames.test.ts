import { expect, test } from "vitest";
import { stems } from "../../../src/explain/fileNames";

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
