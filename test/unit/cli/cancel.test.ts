import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeNpy } from "../../../src/explain/file/npy";
import { sightline, type CliResult } from "../../helper/cli";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";
import { noiseImage, plainImage } from "../../helper/picture";
import { slowModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const rgb = { colour: "rgb", range: 1, mean: [0], std: [1], resize: "squash" };
const quick = brightnessModel(join(folder, "quick.onnx"), { width: 8, height: 8 });
writeProfile(quick, rgb);
const slow = slowModel(join(folder, "slow.onnx"));
writeProfile(slow, rgb);

/** A command may take this long, in milliseconds, to end: a second, and what a busy machine adds. */
const promptly = 2500;

interface Interrupted extends CliResult {
  /** Milliseconds from the interruption to the end. */
  readonly took: number;
}

/** Runs a command and interrupts it once `when` is true of what it has printed on standard error. */
async function interrupted(
  args: readonly string[],
  when: (stderr: string) => boolean,
  interrupt: (child: ChildProcess) => void = (child) => child.kill("SIGINT"),
): Promise<Interrupted> {
  let at: number | undefined;
  const result = await sightline(args, {
    started: (child) => {
      let heard = "";
      const look = () => {
        if (at !== undefined || !when(heard)) return;
        at = performance.now();
        interrupt(child);
      };
      child.stderr!.on("data", (text: string) => {
        heard += text;
        look();
      });
      const timer = setInterval(look, 20);
      child.once("close", () => clearInterval(timer));
    },
  });
  if (at === undefined) throw new Error(`it ended before it was interrupted: ${result.stderr}`);
  return { ...result, took: performance.now() - at };
}

function expectCancelled({ status, complaints, took }: Interrupted): void {
  expect(complaints).toEqual(["Cancelled."]);
  expect(status).toBe(130);
  expect(took).toBeLessThan(promptly);
}

const filesIn = (place: string) => (existsSync(place) ? readdirSync(place) : []);

/** Everything in a folder is whole: no temporary file, every picture decodes. */
async function expectWhole(place: string): Promise<void> {
  expect(filesIn(place).filter((name) => name.startsWith("."))).toEqual([]);
  for (const name of filesIn(place).filter((name) => name.endsWith(".png")))
    await sharp(join(place, name)).stats();
}

describe("Ctrl-C", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "between images (%s) ends with 130 and leaves only whole files",
    async (signal) => {
      const place = join(folder, `many-${signal}`);
      const out = join(folder, `out-${signal}`);
      mkdirSync(place);
      for (let i = 0; i < 40; i++)
        await noiseImage(join(place, `${i}.png`), { width: 500, height: 400, seed: i });
      const run = await interrupted(
        ["explain", "--model", quick, place, "--out", out],
        () => filesIn(out).some((name) => name.endsWith(".png") && !name.startsWith(".")),
        (child) => child.kill(signal),
      );
      expectCancelled(run);
      const done = filesIn(out).length;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(80);
      expect(filesIn(out)).not.toContain("manifest.json");
      await expectWhole(out);
    },
  );

  test("during one long computation, which blocks its process, ends as promptly", async () => {
    const image = await noiseImage(join(folder, "slow.png"));
    const args = ["explain", "--model", slow, image, "--runtime", "reference"];
    expectCancelled(await interrupted(args, (stderr) => /slow\.png/.test(stderr)));
  });

  test("during a method of many runs keeps its map so far, and says how far it is", async () => {
    const image = await noiseImage(join(folder, "long.png"));
    const out = join(folder, "long");
    const args = ["explain", "--model", quick, image, "--method", "gradCam,rise"];
    const run = await interrupted(
      [...args, "--rise.masks", "100000", "--class", "0", "--out", out],
      (stderr) => (stderr.match(/rise/g)?.length ?? 0) > 0,
    );
    expectCancelled(run);
    expect(filesIn(out).sort()).toEqual(["long.gradCam.0.npy", "long.rise.0.npy", "manifest.json"]);
    const { images } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    const [, grown] = images[0].maps;
    expect(grown).toMatchObject({ method: "rise", npy: "long.rise.0.npy" });
    expect(grown.progress).toMatchObject({ planned: 100_000, unit: "masks" });
    expect(grown.progress.done).toBeGreaterThan(0);
    expect(grown.progress.done).toBeLessThan(100_000);
    expect(decodeNpy(readFileSync(join(out, grown.npy)), "rise").dims).toEqual([8, 8]);
  });

  test("while a large overlay is written leaves nothing of it", async () => {
    const image = await plainImage(join(folder, "large.jpg"), "grey", {
      width: 9000,
      height: 9000,
    });
    const out = join(folder, "large");
    const isWriting = () => filesIn(out).some((name) => /^\..*\.png\..*\.tmp$/.test(name));
    const run = await interrupted(["explain", "--model", quick, image, "--out", out], isWriting);
    expectCancelled(run);
    await expectWhole(out);
  });

  test("twice ends at once", async () => {
    const image = await noiseImage(join(folder, "twice.png"));
    const run = await interrupted(
      ["explain", "--model", slow, image, "--runtime", "reference"],
      (stderr) => /twice\.png/.test(stderr),
      (child) => {
        child.kill("SIGINT");
        setTimeout(() => child.kill("SIGINT"), 100);
      },
    );
    expectCancelled(run);
    expect(run.took).toBeLessThan(800);
  });
});

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

const hasProc = existsSync("/proc/self/task");

describe.skipIf(!hasProc)("a process that is ended from outside", () => {
  test("is told in one sentence, and leaves nothing half-written", async () => {
    const image = join(folder, "large.jpg");
    const out = join(folder, "killed");
    const isWriting = () => filesIn(out).some((name) => /\.png\..*\.tmp$/.test(name));
    const { status, complaints } = await interrupted(
      ["explain", "--model", quick, image, "--out", out],
      isWriting,
      ({ pid }) => childrenOf(pid!).forEach((child) => process.kill(child, "SIGKILL")),
    );
    expect(complaints).toEqual([
      "Sightline was ended by SIGKILL, most likely for want of memory; close other programs, or ask for fewer classes at once.",
    ]);
    expect(status).toBe(1);
    await expectWhole(out);
  });

  test("takes the one that works along", async () => {
    const image = await noiseImage(join(folder, "orphan.png"));
    const place = join(folder, "orphans");
    mkdirSync(place);
    for (let i = 0; i < 40; i++)
      await noiseImage(join(place, `${i}.png`), { width: 500, height: 400, seed: i });
    // The pipes close when the last process that holds them is gone.
    const { took } = await interrupted(
      ["explain", "--model", quick, image, place, "--out", join(folder, "orphaned")],
      (stderr) => /orphan\.png/.test(stderr),
      (child) => child.kill("SIGKILL"),
    );
    expect(took).toBeLessThan(promptly);
    expect(filesIn(join(folder, "orphaned"))).not.toContain("manifest.json");
  });
});
