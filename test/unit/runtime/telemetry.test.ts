import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { brightnessModel, temporaryFolder } from "../../helper/files";

const cli = join(__dirname, "../../../dist/cli.js");

/** Every file below a folder, by relative path. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

test("the native library leaves no device id and no queue of events in the user's home", () => {
  const home = temporaryFolder();
  const model = brightnessModel(join(temporaryFolder(), "model.onnx"), { width: 8, height: 8 });
  const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...env } = process.env;
  const image = join(__dirname, "../../../media/icon.png");
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, "explain", "--model", model, image],
    {
      env: { ...env, HOME: home },
      encoding: "utf8",
    },
  );
  expect(status, stderr).toBe(0);
  expect(filesBelow(home).filter((path) => !path.includes(join("sightline", "trials")))).toEqual(
    [],
  );
});
