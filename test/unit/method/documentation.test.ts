import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { methods } from "../../../src/explain/method/index";

const docs = join(import.meta.dirname, "..", "..", "..", "docs");
const read = (...path: string[]) => readFileSync(join(docs, ...path), "utf8");
const rows = read("methods.md").split("\n");
const pages = readdirSync(join(docs, "methods")).map((page) => read("methods", page));

/** What a row says in its cells, by method. */
const cellsOf = (id: string) => rows.find((row) => row.startsWith(`| \`${id}\` |`))?.split(" | ");

test.each(methods.map((method) => [method.id, method] as const))(
  "%s has a row with its parameters and their defaults, a section and a picture",
  (id, { parameters, title, family }) => {
    const cells = cellsOf(id);
    expect(cells, `no row of ${id} in docs/methods.md`).toBeDefined();
    expect(cells).toHaveLength(6);
    for (const [name, parameter] of Object.entries(parameters)) {
      const told = `\`${name}\` ${String(parameter.default)}`;
      const at = cells![3]!.indexOf(told);
      expect(at, `${told} in “${cells![3]}”`).toBeGreaterThanOrEqual(0);
      // “0” is not told by “0.15”.
      expect(cells![3]!.slice(at + told.length)).not.toMatch(/^\.?\d/);
    }
    const sections = pages.filter((page) => page.includes(`\n## ${title} (\`${id}\`)\n`));
    expect(sections, `one section “## ${title} (\`${id}\`)” in docs/methods/`).toHaveLength(1);
    // The demo's network has no attention to show.
    if (family === "attention") return;
    expect(sections[0]).toContain(`](../picture/methods/${id}.jpg)`);
    expect(existsSync(join(docs, "picture", "methods", `${id}.jpg`))).toBe(true);
  },
);

test("every row is of a method that there is", () => {
  const told = rows.flatMap((row) => /^\| `(\w+)` \|/.exec(row)?.[1] ?? []);
  expect(told.toSorted()).toEqual(methods.map(({ id }) => id).toSorted());
});
