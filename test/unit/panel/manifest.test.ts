import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { methods } from "../../../src/explain/method/index";
import { colourMaps } from "../../../src/explain/picture/colourMap";

const root = join(import.meta.dirname, "../../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { commands, configuration, menus } = manifest.contributes;
const settings: Record<string, { enum?: string[]; default: unknown; scope?: string }> =
  configuration.properties;

test("every command has its file, and every file its command", () => {
  const files = readdirSync(join(root, "src/extension/command")).map((name) =>
    name.replace(".ts", ""),
  );
  const declared = commands.map(({ command }: { command: string }) =>
    command.replace(/^\w+\./, ""),
  );
  expect(declared.sort()).toEqual(files.sort());
});

test("menus name declared commands", () => {
  const declared = commands.map(({ command }: { command: string }) => command);
  for (const { command } of Object.values(menus).flat() as { command: string }[])
    expect(declared).toContain(command);
});

test("the settings offer the methods and colour maps that exist, by their titles, the first as default", () => {
  const offered = (key: string) => settings[`sightline.${key}`]!;
  expect(offered("colourMap").enum).toEqual(colourMaps.map(({ id }) => id));
  expect(offered("colourMap").default).toBe(colourMaps[0]!.id);
  expect([...offered("defaultMethod").enum!].sort()).toEqual(methods.map(({ id }) => id).sort());
});

test("the setting that names a program is the machine's own, and off where the workspace is not trusted", () => {
  expect(settings["sightline.engine.node"]!.scope).toBe("machine");
  expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
    supported: "limited",
    restrictedConfigurations: ["sightline.engine.node"],
  });
});
