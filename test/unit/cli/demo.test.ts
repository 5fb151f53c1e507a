import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sightline } from "../../helper/cli";

const root = join(__dirname, "../../..");

test("the demo explains its images without a display, and says how to look at it", async () => {
  // A PATH on which there is no editor.
  const { status, stdout, complaints } = await sightline(["demo"], {
    env: { PATH: "", DISPLAY: "" },
  });
  expect([status, complaints]).toEqual([0, []]);
  const images = readdirSync(join(root, "media/demo/images"));
  const rows = stdout.split("\n").filter((line) => /\.jpg .* gradCam /.test(line));
  expect(rows.map((row) => row.split(" ")[0])).toEqual(images);
  expect(stdout).toContain(`written to ${join(root, "out/demo")}`);
  expect(stdout).toMatch(
    /To look at it in an editor: code --extensionDevelopmentPath=".*" ".*media\/demo"/,
  );
});
