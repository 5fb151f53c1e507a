import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { SightlineError } from "../../../src/explain/error";
import { diskFiles } from "../../../src/explain/file/disk";
import { createImages } from "../../../src/explain/image/decode";
import { temporaryFolder } from "../../helper/folder";

const fixture = (name: string) => readFileSync(join(__dirname, "../../fixture/image", name));
const images = createImages(diskFiles());
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

async function refusal(name: string): Promise<string> {
  const path = join(folder, name);
  const error: unknown = await images.decode(path).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SightlineError);
  const { code, message } = error as SightlineError;
  expect(code).toBe("image");
  expect(message.startsWith(`${path}: `), message).toBe(true);
  expect(message).toMatch(/^[^\n]*; [^\n]*\.$/);
  return message.slice(path.length + 2);
}

/** A bitmap header that claims a size. */
function bmpHeader(width: number, height: number, compression = 0): Buffer {
  const header = Buffer.alloc(54);
  header.write("BM", "latin1");
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(compression, 30);
  return header;
}

/** Writes another size into an AVIF's `ispe` box. */
function claimSize(avif: Buffer, side: number): Buffer {
  const box = avif.indexOf("ispe");
  avif.writeUInt32BE(side, box + 8);
  avif.writeUInt32BE(side, box + 12);
  return avif;
}

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);

const rows: { what: string; name: string; content: () => Buffer | string; says: RegExp }[] = [
  { what: "0 bytes", name: "a.jpg", content: () => "", says: /^is empty; copy or download/ },
  { what: "text", name: "a.png", content: () => "hello", says: /not an image.*use JPEG, PNG/ },
  { what: "one byte", name: "a.png", content: () => "h", says: /^is empty|not an image/ },
  {
    what: "an SVG",
    name: "a.svg",
    content: () => `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`,
    says: /^svg images cannot be read; use JPEG, PNG/,
  },
  {
    what: "a JPEG cut in its header",
    name: "a.jpg",
    content: () => fixture("420.jpg").subarray(0, 300),
    says: /damaged or cut short.*copy or download/,
  },
  {
    what: "a JPEG cut in its pixels",
    name: "a.jpg",
    content: () => fixture("444.jpg").subarray(0, -20),
    says: /damaged or cut short.*premature end/,
  },
  { what: "a cut PNG", name: "a.png", content: () => half(fixture("rgb.png")), says: /cut short/ },
  {
    what: "a cut WebP",
    name: "a.webp",
    content: () => half(fixture("lossy.webp")),
    says: /cut short/,
  },
  { what: "a cut TIFF", name: "a.tif", content: () => half(fixture("rgb.tif")), says: /cut short/ },
  { what: "a cut GIF", name: "a.gif", content: () => half(fixture("rgb.gif")), says: /cut short/ },
  {
    what: "a cut AVIF",
    name: "a.avif",
    content: () => half(fixture("rgb.avif")),
    says: /cut short/,
  },
  {
    what: "a cut BMP",
    name: "a.bmp",
    content: () => half(fixture("rgb.bmp")),
    says: /^is cut short/,
  },
  {
    what: "a BMP header alone",
    name: "a.bmp",
    content: () => "BM",
    says: /kind of BMP.*save it as PNG/,
  },
  {
    what: "a BMP whose header is longer than any",
    name: "a.bmp",
    content: () => {
      const header = Buffer.concat([bmpHeader(1, 1), Buffer.alloc(4)]);
      header.writeUInt32LE(4000, 14);
      return header;
    },
    says: /kind of BMP.*save it as PNG/,
  },
  {
    what: "a run-length packed BMP",
    name: "a.bmp",
    content: () => bmpHeader(4, 4, 1),
    says: /kind of BMP.*save it as PNG/,
  },
  {
    what: "a large AVIF, which its decoder holds as a whole",
    name: "a.avif",
    content: () => claimSize(fixture("rgb.avif"), 9000),
    says: /^9000 × 9000 pixels are too many for AVIF \(at most 34 million pixels\); scale it down, or save/,
  },
  {
    what: "floating-point pixels",
    name: "a.tif",
    content: () => fixture("float.tif"),
    says: /^float b-w pixels have no agreed range; convert it to 8 bits/,
  },
  {
    what: "a BMP of 20,000 × 20,000 pixels",
    name: "a.bmp",
    content: () => bmpHeader(20000, 20000),
    says: /^20000 × 20000 pixels are too many for BMP \(at most 34 million pixels\); save it as PNG/,
  },
];

describe("an image that cannot be decoded is refused in one sentence that names it and says what to do", () => {
  test.each(rows)("$what", async ({ name, content, says }) => {
    writeFileSync(join(folder, name), content());
    expect(await refusal(name)).toMatch(says);
  });

  test("a file that is not there", async () => {
    expect(await refusal("gone.png")).toMatch(
      /no such file; check whether it was moved or deleted/,
    );
  });

  test("a folder", async () => {
    mkdirSync(join(folder, "photos.png"));
    expect(await refusal("photos.png")).toMatch(/^is a folder; choose an image inside it/);
  });
});

describe("damage that PIL reads over is read over", () => {
  test("bytes after the pixels of a BMP, which are not even read", async () => {
    const path = join(folder, "a.bmp");
    writeFileSync(path, fixture("rgb.bmp"));
    const want = await images.decode(path);
    writeFileSync(path, Buffer.concat([fixture("rgb.bmp"), Buffer.alloc(2 ** 20)]));
    const disk = diskFiles();
    const lengths: number[] = [];
    const read: typeof disk.read = async (...place) => {
      const bytes = await disk.read(...place);
      lengths.push(bytes.length);
      return bytes;
    };
    expect(await createImages({ ...disk, read }).decode(path)).toEqual(want);
    expect(Math.max(...lengths)).toBeLessThan(2 ** 12);
  });

  test("bytes after the end of a JPEG", async () => {
    const path = join(folder, "a.jpg");
    writeFileSync(path, Buffer.concat([fixture("420.jpg"), Buffer.from("tail")]));
    expect(await images.decode(path)).toMatchObject({ width: 29, height: 19 });
  });
});
