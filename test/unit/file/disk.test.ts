import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import { fileError } from "../../../src/explain/file/failure";
import { temporaryFolder, withoutPrivileges } from "../../helper/folder";

const files = diskFiles();

test("reads a range, or the whole file", async () => {
  const path = join(temporaryFolder(), "a.bin");
  writeFileSync(path, "0123456789");
  expect(await files.read(path, 3, 4)).toEqual(new Uint8Array(Buffer.from("3456")));
  expect(await files.read(path, 7)).toEqual(new Uint8Array(Buffer.from("789")));
  expect(await files.readText(path)).toBe("0123456789");
});

test("a range behind the end says how much there is", async () => {
  const path = join(temporaryFolder(), "a.bin");
  writeFileSync(path, "0123456789");
  await expect(files.read(path, 8, 4)).rejects.toThrow(
    `${path}: it ends after 10 bytes where at least 12 were expected; it was cut off or replaced, so copy it again.`,
  );
});

test("a file that is gone is told in one sentence", async () => {
  const path = join(temporaryFolder(), "gone.onnx");
  const sentence = `${path}: there is no such file; it may have been moved or deleted, so choose it again.`;
  await expect(files.read(path)).rejects.toThrow(sentence);
  await expect(files.hash(path)).rejects.toMatchObject({ code: "file", message: sentence });
  expect(await files.stat(path)).toBeUndefined();
  expect(await files.stat(join(path, "deeper"))).toBeUndefined();
});

test("a folder is not a file", async () => {
  await expect(files.read(temporaryFolder())).rejects.toThrow(
    "this is a folder where a file was expected",
  );
});

test("lists names in order and tells folders from files", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "b"), "12");
  mkdirSync(join(folder, "a"));
  expect(await files.list(folder)).toEqual(["a", "b"]);
  expect(await files.stat(join(folder, "a"))).toMatchObject({ directory: true });
  expect(await files.stat(join(folder, "b"))).toMatchObject({ directory: false, size: 2 });
});

test("hashes with SHA-256, again after a change", async () => {
  const path = join(temporaryFolder(), "a");
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");
  writeFileSync(path, "one");
  expect(await files.hash(path)).toBe(sha("one"));
  expect(await files.hash(path)).toBe(sha("one"));
  writeFileSync(path, "three");
  expect(await files.hash(path)).toBe(sha("three"));
});

test("writes all or nothing, makes folders, and replaces what was there", async () => {
  const folder = join(temporaryFolder(), "deep", "er");
  const path = join(folder, "a.txt");
  await files.write(path, "one");
  await files.write(path, new Uint8Array([50]));
  expect(readFileSync(path, "utf8")).toBe("2");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("writing through a link keeps the link", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "real"), "old");
  symlinkSync(join(folder, "real"), join(folder, "link"));
  await files.write(join(folder, "link"), "new");
  expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
});

test("a failed write leaves nothing behind", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "taken", "inside"), { recursive: true });
  await expect(files.write(join(folder, "taken"), "x")).rejects.toThrow(`${folder}: `);
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("an output folder that is a file is refused, naming it", async () => {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, "");
  await expect(files.write(join(path, "a.npy"), "x")).rejects.toThrow(
    `${path}: this is not a folder, so nothing can be written there; choose another output folder.`,
  );
});

test("an output folder without permission is refused, naming it", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "locked"), { mode: 0o555 });
  await withoutPrivileges(() =>
    expect(files.write(join(folder, "locked", "a.npy"), "x")).rejects.toThrow(
      `${folder}/locked: this folder is not writable; choose another output folder or change its permissions.`,
    ),
  );
});

test("whether a folder can be written is found out without a trace, there or not", async () => {
  const folder = temporaryFolder();
  await files.checkWritable(folder);
  await files.checkWritable(join(folder, "new", "deep"));
  expect(await files.list(folder)).toEqual([]);
  chmodSync(folder, 0o555);
  for (const place of [folder, join(folder, "new")]) {
    await withoutPrivileges(() =>
      expect(files.checkWritable(place)).rejects.toThrow(
        `${place}: this folder is not writable; choose another output folder or change its permissions.`,
      ),
    );
  }
});

test("a full disk is told as such", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(fileError("write", "/out", full).message).toBe(
    "/out: the disk is full; free some space or choose a folder on another disk.",
  );
});

test("resolves links and knows what is inside a folder", async () => {
  const folder = await files.realPath(temporaryFolder());
  writeFileSync(join(folder, "real"), "");
  symlinkSync("real", join(folder, "link"));
  expect(await files.realPath(join(folder, "link"))).toBe(join(folder, "real"));
  expect(files.isInside("/a/b/c", "/a/b")).toBe(true);
  expect(files.isInside("/a/bc", "/a/b")).toBe(false);
  expect(files.isInside("/a/b/../c", "/a/b")).toBe(false);
  expect(files.isInside("/a/..b", "/a")).toBe(true);
});

test("a watch sees one change for many writes, and a replaced file", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a");
  writeFileSync(path, "0");
  const changed = vi.fn();
  const stop = files.watch(path, changed);
  try {
    writeFileSync(join(folder, "other"), "1");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(changed).toHaveBeenCalledTimes(0);
    for (let i = 0; i < 5; i++) writeFileSync(path, String(i));
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 5000);
    writeFileSync(join(folder, "b"), "new");
    renameSync(join(folder, "b"), path);
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2), 5000);
  } finally {
    stop();
  }
});

test("watching what is not there is an error", () => {
  expect(() => files.watch(join(temporaryFolder(), "none"), () => undefined)).toThrow(
    "there is no such folder to watch",
  );
});

test.skipIf(process.platform !== "linux")(
  "a folder that a file system refuses to make is told at once, not tried for ever",
  async () => {
    await expect(files.write("/proc/nowhere/deep/result.npy", "x")).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/^\/proc\/nowhere\/deep: .*choose another output folder\.$/),
    });
  },
);
